using System.Globalization;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.App.ViewModels.Runs;

/// <summary>Spans in words, for people and for those who hear rather than see.</summary>
public static class SpanWords
{
    /// <summary>The waits that there are, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Waits { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ReasonCodes.Approval] = "Runs.Wait.Approval",
        [ReasonCodes.Question] = "Runs.Wait.Question",
        [ReasonCodes.Subtasks] = "Runs.Wait.Subtasks",
        [ReasonCodes.RateLimit] = "Runs.Wait.RateLimit",
        [ReasonCodes.Budget] = "Runs.Wait.Budget",
        [ReasonCodes.Paused] = "Runs.Wait.Paused",
        [ReasonCodes.Slot] = "Runs.Wait.Slot",
        [ReasonCodes.Retry] = "Runs.Wait.Retry",
    };

    /// <summary>One line: what it did, or waited for.</summary>
    public static string Title(RunSpan span, IStringLocalizer<Strings> words)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span.Kind switch
        {
            SpanKind.Wait => words[Waits.GetValueOrDefault(span.Name, "Runs.Kind.Wait")],
            SpanKind.Model => words["Runs.ModelCall", ModelName.ForPeople(span.Name)],
            _ => span.Title ?? span.Name,
        };
    }

    public static string Duration(RunSpan span, IStringLocalizer<Strings> words) =>
        span.DurationMs is { } length ? Time(TimeSpan.FromMilliseconds(length), words) : words["Runs.Open"];

    /// <summary>A time as exact as it can be compared: 870 ms, 1.3 s, 2 min 5 s.</summary>
    public static string Time(TimeSpan time, IStringLocalizer<Strings> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return time.TotalSeconds is >= 1 and < 60
            ? string.Format(CultureInfo.CurrentCulture, words["Duration.Seconds"], (Math.Floor(time.TotalSeconds * 10) / 10).ToString("0.#", CultureInfo.CurrentCulture))
            : DurationText.Exact(time, words);
    }

    /// <summary>How it stands: one of the outcomes, or that it is not over; null for a wait that is.</summary>
    public static string? Standing(RunSpan span, IStringLocalizer<Strings> words)
    {
        ArgumentNullException.ThrowIfNull(span);
        ArgumentNullException.ThrowIfNull(words);
        if (span.DurationMs is null) return words["Runs.Open"].Value;
        return span.Outcome is { } outcome ? words[$"Tool.{outcome}"].Value : null;
    }

    /// <summary>All of a line in one sentence.</summary>
    public static string Sentence(RunSpan span, IStringLocalizer<Strings> words)
    {
        var said = new List<string>();
        if (span.Index is { } index) said.Add(words["Runs.Step", index]);
        said.Add(Title(span, words));
        if (Standing(span, words) is { } standing) said.Add(standing);
        if (span.DurationMs is not null) said.Add(Duration(span, words));
        if (span.Retries > 0) said.Add(Retries(span.Retries, words));
        return string.Join(", ", said);
    }

    public static string Retries(int count, IStringLocalizer<Strings> words) => count == 1 ? words["Runs.RetriedOnce"] : words["Runs.Retried", count.ToString(CultureInfo.CurrentCulture)];

    /// <summary>The tone of the pages that fits an outcome.</summary>
    public static string Tone(RunOutcome? outcome) => outcome switch
    {
        null => "running",
        RunOutcome.Completed => "completed",
        RunOutcome.Failed => "failed",
        RunOutcome.Interrupted => "waiting",
        _ => "cancelled",
    };

    public static string Icon(RunSpan span) => span.Kind switch
    {
        SpanKind.Model => "thought",
        SpanKind.Tool => "tool",
        _ => span.Name switch { ReasonCodes.Approval or ReasonCodes.Question => "hand", ReasonCodes.Subtasks => "tasks", ReasonCodes.Paused => "pause", ReasonCodes.Retry => "retry", _ => "hourglass" },
    };
}

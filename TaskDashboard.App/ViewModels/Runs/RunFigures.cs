using System.Globalization;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.App.ViewModels.Runs;

/// <summary>A run in numbers: tokens by model call, time by what it went into.</summary>
public sealed record RunFigures(IReadOnlyList<StepTokens> Tokens, IReadOnlyList<KindTime> Times)
{
    /// <summary>More columns than this cannot be told apart; neighbours are put together then.</summary>
    private const int MostColumns = 60;

    public static RunFigures Of(RunTimeline timeline, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var calls = timeline.Spans.Where(span => span is { Kind: SpanKind.Model, Usage: not null, Index: not null }).ToList();
        var size = Math.Max(1, (calls.Count + MostColumns - 1) / MostColumns);
        var tokens = calls.Chunk(size).Select(some => new StepTokens(
            some[0].Index == some[^1].Index ? Number(some[0].Index!.Value) : $"{Number(some[0].Index!.Value)}–{Number(some[^1].Index!.Value)}",
            some.Sum(span => span.Usage!.Input - span.Usage.Cached), some.Sum(span => span.Usage!.Cached), some.Sum(span => span.Usage!.Output))).ToList();

        // What is waited for inside of a call is the wait's, not the call's.
        var waits = timeline.Spans.Where(span => span.Kind == SpanKind.Wait).ToList();
        var times = new[] { SpanKind.Model, SpanKind.Tool, SpanKind.Wait }
            .Select(kind => new KindTime(kind, timeline.Spans.Where(span => span.Kind == kind).Sum(Length) - (kind == SpanKind.Wait ? 0 : waits.Where(wait => IsIn(wait, kind)).Sum(Length))))
            .Where(one => one.Milliseconds > 0)
            .ToList();
        return new RunFigures(tokens, times);

        double Length(RunSpan span) => span.DurationMs ?? Math.Max(0, (now - span.StartedAt).TotalMilliseconds);

        bool IsIn(RunSpan wait, SpanKind kind) => timeline.Spans.Any(span => span.SpanId == wait.ParentId && span.Kind == kind && wait.StartedAt >= span.StartedAt);
    }

    private static string Number(int number) => number.ToString(CultureInfo.CurrentCulture);
}

/// <summary>Tokens of a model call, or of neighbouring ones.</summary>
/// <param name="Step">Its number.</param>
/// <param name="Sent">Sent and not cached.</param>
/// <param name="Cached">Sent and cached.</param>
/// <param name="Received">Received.</param>
public sealed record StepTokens(string Step, long Sent, long Cached, long Received);

/// <summary>How much time went into something; what happened side by side counts twice.</summary>
public sealed record KindTime(SpanKind Kind, double Milliseconds);

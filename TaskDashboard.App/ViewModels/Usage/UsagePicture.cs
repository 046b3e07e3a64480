using System.Globalization;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.App.ViewModels.Usage;

/// <summary>What the usage page shows of some days.</summary>
internal sealed class UsagePicture
{
    private UsagePicture(IReadOnlyList<UsageDay> days, IReadOnlyList<UsageLine> lines)
    {
        Days = days;
        Calls = lines.Sum(line => line.Calls);
        Input = lines.Sum(line => line.Input);
        Output = lines.Sum(line => line.Output);
        Cost = SumOf(lines);
        HasUnpriced = lines.Any(line => line.Cost is null && line.Input + line.Output > 0);
        ByModel = Shares(lines, line => line.Model);
        ByAgent = Shares(lines, line => line.AgentId);
        ByPerson = Shares(lines, line => line.PersonId);
    }

    /// <summary>Each day, also those on which nothing was used.</summary>
    public IReadOnlyList<UsageDay> Days { get; }

    public long Calls { get; }

    public long Input { get; }

    public long Output { get; }

    /// <summary>Null where nothing has a price.</summary>
    public decimal? Cost { get; }

    /// <summary>Some of it was used of models whose price is not known.</summary>
    public bool HasUnpriced { get; }

    public IReadOnlyList<UsageShare> ByModel { get; }

    public IReadOnlyList<UsageShare> ByAgent { get; }

    public IReadOnlyList<UsageShare> ByPerson { get; }

    /// <param name="lines">By day, person, agent and model.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last.</param>
    public static UsagePicture Of(IReadOnlyList<UsageLine> lines, DateOnly from, DateOnly to)
    {
        // Month and day in the order of the language, the month short where it is a word.
        var dayAndMonth = CultureInfo.CurrentCulture.DateTimeFormat.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);
        var byDay = lines.ToLookup(line => line.Day);
        var days = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Select(day => new UsageDay(
            day.ToString(dayAndMonth, CultureInfo.CurrentCulture), (double)(SumOf(byDay[day]) ?? 0), byDay[day].Sum(line => line.Input + line.Output)));
        return new UsagePicture([.. days], lines);
    }

    private static List<UsageShare> Shares(IReadOnlyList<UsageLine> lines, Func<UsageLine, string?> keyOf) =>
        [.. lines.GroupBy(line => keyOf(line) ?? "").Select(group => new UsageShare(group.Key, group.Sum(line => line.Calls), group.Sum(line => line.Input + line.Output), SumOf(group)))
            .OrderByDescending(share => share.Cost ?? 0).ThenByDescending(share => share.Tokens).ThenBy(share => share.Key, StringComparer.Ordinal)];

    private static decimal? SumOf(IEnumerable<UsageLine> lines) => lines.Aggregate((decimal?)null, (sum, line) => line.Cost is { } cost ? (sum ?? 0) + cost : sum);
}

/// <summary>One column of the chart.</summary>
/// <param name="Day">As it is written below it.</param>
/// <param name="Cost">US dollars.</param>
/// <param name="Tokens">Sent and received.</param>
internal sealed record UsageDay(string Day, double Cost, long Tokens);

/// <summary>The share of one model, agent or person.</summary>
public sealed record UsageShare(string Key, long Calls, long Tokens, decimal? Cost);

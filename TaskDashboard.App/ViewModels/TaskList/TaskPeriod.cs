using System.Globalization;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>When tasks were created, as a person says it: today, the last days, or from one day to another, each whole and by their own clock.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="From">The first day, of <see cref="TaskPeriodKind.Custom"/> only; null for no limit.</param>
/// <param name="To">The last day, with it; of <see cref="TaskPeriodKind.Custom"/> only; null for no limit.</param>
public sealed record TaskPeriod(TaskPeriodKind Kind, DateOnly? From = null, DateOnly? To = null)
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Reads what an address says; null where it says nothing that is a period.</summary>
    public static TaskPeriod? FromWire(string? kind, string? from, string? to) => kind switch
    {
        "today" => new TaskPeriod(TaskPeriodKind.Today),
        "7d" => new TaskPeriod(TaskPeriodKind.Week),
        "30d" => new TaskPeriod(TaskPeriodKind.Month),
        "custom" => new TaskPeriod(TaskPeriodKind.Custom, ReadDay(from), ReadDay(to)),
        _ => null,
    };

    public string ToWire() => Kind switch
    {
        TaskPeriodKind.Today => "today",
        TaskPeriodKind.Week => "7d",
        TaskPeriodKind.Month => "30d",
        _ => "custom",
    };

    public static string? WriteDay(DateOnly? day) => day?.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static DateOnly? ReadDay(string? text) =>
        DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>The moments that it begins and ends at, where its person is; null for no limit.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Bounds(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return Kind switch
        {
            TaskPeriodKind.Today => (StartOf(today, zone), null),
            TaskPeriodKind.Week => (StartOf(today.AddDays(-6), zone), null),
            TaskPeriodKind.Month => (StartOf(today.AddDays(-29), zone), null),
            _ => (From is { } first && first > DateOnly.MinValue ? StartOf(first, zone) : null, To is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1), zone) : null),
        };
    }

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        // Where the clock is put forward at midnight, the day begins an hour later.
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}

/// <summary>The periods to choose from.</summary>
public enum TaskPeriodKind
{
    /// <summary>Since midnight.</summary>
    Today,

    /// <summary>Today and the six days before.</summary>
    Week,

    /// <summary>Today and the 29 days before.</summary>
    Month,

    /// <summary>From one day to another.</summary>
    Custom,
}

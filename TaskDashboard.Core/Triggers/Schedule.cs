using Quartz;

namespace TaskDashboard.Core.Triggers;

/// <summary>When a trigger is due. Immutable; safe for threads.</summary>
internal abstract class Schedule
{
    /// <summary>The first moment behind <paramref name="after"/>; null when there is none any more.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>The last moment before <paramref name="before"/>; null when there was none.</summary>
    public abstract DateTimeOffset? Previous(DateTimeOffset before);

    /// <summary>The schedule of a definition that was checked; null for a webhook.</summary>
    public static Schedule? Of(TriggerDefinition definition, DateTimeOffset createdAt) => definition switch
    {
        { IsScheduled: false } => null,
        { EveryS: { } seconds } => new EverySchedule(TimeSpan.FromSeconds(seconds), createdAt),
        _ => CronSchedule.Parse(definition.Cron!, TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone)),
    };
}

/// <summary>Every so often, counted from a fixed moment: a restart or a late firing does not move it.</summary>
internal sealed class EverySchedule(TimeSpan period, DateTimeOffset anchor) : Schedule
{
    public override DateTimeOffset? Next(DateTimeOffset after) => At(after < anchor ? 1 : ((after - anchor).Ticks / period.Ticks) + 1);

    public override DateTimeOffset? Previous(DateTimeOffset before) => (before - anchor).Ticks is var passed && passed > period.Ticks ? At((passed - 1) / period.Ticks) : null;

    private DateTimeOffset? At(long number) => (DateTimeOffset.MaxValue - anchor).Ticks / period.Ticks > number ? anchor + (period * number) : null;
}

/// <summary>
/// A cron expression in a time zone, read by Quartz. Where clocks go forward, what the gap swallowed fires at the moment they moved to, once; where
/// they go back, a fixed time fires at its first occurrence, and an interval goes on through both.
/// </summary>
internal sealed class CronSchedule : Schedule
{
    private readonly CronExpression expression;

    private CronSchedule(CronExpression expression) => this.expression = expression;

    /// <exception cref="FormatException">It is no cron expression; the message says where it is wrong.</exception>
    public static CronSchedule Parse(string text, TimeZoneInfo zone)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var format = fields.Length == 5 ? CronFormat.Unix : CronFormat.Quartz;
        return new CronSchedule(CronExpression.Parse(string.Join(' ', fields), format).WithTimeZone(zone));
    }

    public override DateTimeOffset? Next(DateTimeOffset after) => expression.GetNextValidTimeAfter(after)?.ToUniversalTime();

    public override DateTimeOffset? Previous(DateTimeOffset before) => expression.GetPreviousValidTimeBefore(before)?.ToUniversalTime();
}

namespace TaskDashboard.Core.Triggers;

/// <summary>What is to become of the slots that are due. Pure: from the schedule, the last slot that was looked at, and the time.</summary>
/// <param name="Slots">In the order of their times. Every due slot is in one of them.</param>
/// <param name="Cursor">The last slot that was looked at then.</param>
/// <param name="NextAt">When to look again; null for never.</param>
internal sealed record FiringPlan(IReadOnlyList<PlannedSlot> Slots, DateTimeOffset Cursor, DateTimeOffset? NextAt)
{
    /// <summary>A slot that is no later than this was not missed; it is only late.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public static FiringPlan Make(Schedule schedule, TriggerDefinition definition, DateTimeOffset cursor, DateTimeOffset now)
    {
        var slots = new List<PlannedSlot>();
        var end = definition.Until is { } until && until < now ? until : now;
        var onTimeFrom = now - Grace;
        var onTime = OnTime(schedule, cursor >= onTimeFrom ? cursor : onTimeFrom - TimeSpan.FromTicks(1), end);
        var newest = cursor;
        if (schedule.Next(cursor) is { } first && first < onTimeFrom && first <= end)
        {
            // Nobody ran when these were due.
            var last = schedule.Previous(end < onTimeFrom ? end + TimeSpan.FromTicks(1) : onTimeFrom) ?? first;
            var kept = Newest(schedule, last, first, KeptOf(definition, onTime.Count > 0));
            var skipped = kept.Count == 0 ? last : kept[0] == first ? (DateTimeOffset?)null : schedule.Previous(kept[0]);
            if (skipped is { } through) slots.Add(new PlannedSlot(first, through, Count(schedule, first, through), FiringSource.CatchUp, definition.CatchUp == CatchUp.All ? FiringReasons.CatchUpLimit : FiringReasons.Missed));
            slots.AddRange(kept.Select(at => PlannedSlot.At(at, FiringSource.CatchUp)));
            newest = last;
        }

        slots.AddRange(onTime.Select(at => PlannedSlot.At(at, FiringSource.Schedule)));
        if (onTime.Count > 0) newest = onTime[^1];
        return new FiringPlan(slots, newest, NextOf(schedule, definition, newest));
    }

    public static DateTimeOffset? NextOf(Schedule? schedule, TriggerDefinition definition, DateTimeOffset cursor) =>
        schedule?.Next(cursor) is { } next && !(next > definition.Until) ? next : null;

    private static int KeptOf(TriggerDefinition definition, bool oneIsOnTime) => definition.CatchUp switch
    {
        CatchUp.None => 0,
        CatchUp.Last => oneIsOnTime ? 0 : 1,
        _ => definition.CatchUpLimit,
    };

    private static List<DateTimeOffset> OnTime(Schedule schedule, DateTimeOffset after, DateTimeOffset end)
    {
        var slots = new List<DateTimeOffset>();
        for (var next = schedule.Next(after); next is { } at && at <= end; next = schedule.Next(at)) slots.Add(at);
        return slots;
    }

    private static List<DateTimeOffset> Newest(Schedule schedule, DateTimeOffset last, DateTimeOffset first, int count)
    {
        var kept = new List<DateTimeOffset>();
        for (DateTimeOffset? at = last; at is { } slot && slot >= first && kept.Count < count; at = schedule.Previous(slot)) kept.Insert(0, slot);
        return kept;
    }

    private static int Count(Schedule schedule, DateTimeOffset first, DateTimeOffset through)
    {
        var count = 1;
        for (var next = schedule.Next(first); next is { } at && at <= through && count < PlannedSlot.MostCounted; next = schedule.Next(at)) count++;
        return count;
    }
}

/// <summary>One slot, or several that are skipped for one reason.</summary>
/// <param name="DueAt">Its moment, or the first of them.</param>
/// <param name="ThroughAt">The last of them.</param>
/// <param name="Count">How many; <see cref="MostCounted"/> stands for that many or more.</param>
/// <param name="Source">What brings it about.</param>
/// <param name="SkipReason">Why it does not run; null when it is to run.</param>
internal sealed record PlannedSlot(DateTimeOffset DueAt, DateTimeOffset ThroughAt, int Count, FiringSource Source, string? SkipReason)
{
    public const int MostCounted = 100_000;

    /// <summary>The name of the slot: the same whoever looks at it, and whenever.</summary>
    public string Slot => NameOf(DueAt);

    public static PlannedSlot At(DateTimeOffset at, FiringSource source) => new(at, at, 1, source, null);

    public static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

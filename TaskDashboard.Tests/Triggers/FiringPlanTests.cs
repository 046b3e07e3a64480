using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Tests.Triggers;

/// <summary>Which slots are due, and what becomes of those that were missed: every slot is in the plan once.</summary>
public sealed class FiringPlanTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static TriggerDefinition Hourly => new() { Name = "Hourly", Message = "Go", Cron = "0 * * * *" };

    [Fact]
    public void Slot_ThatIsDue_IsFiredOnTime()
    {
        var plan = Plan(Hourly, Monday, Monday.AddHours(1));

        var slot = Assert.Single(plan.Slots);
        Assert.Equal((Monday.AddHours(1), FiringSource.Schedule, null), (slot.DueAt, slot.Source, slot.SkipReason));
        Assert.Equal((Monday.AddHours(1), Monday.AddHours(2)), (plan.Cursor, plan.NextAt!.Value));
    }

    [Fact]
    public void Slot_ThatIsAMinuteLate_WasNotMissed_AndALaterOneWas()
    {
        var none = Hourly with { CatchUp = CatchUp.None };

        Assert.Null(Assert.Single(Plan(none, Monday, Monday.AddHours(1).AddSeconds(60)).Slots).SkipReason);
        Assert.Equal(FiringReasons.Missed, Assert.Single(Plan(none, Monday, Monday.AddHours(1).AddSeconds(61)).Slots).SkipReason);
    }

    [Theory]
    [InlineData(CatchUp.None, 0)]
    [InlineData(CatchUp.Last, 1)]
    [InlineData(CatchUp.All, 10)]
    public void DowntimeOfThreeDays_IsCaughtUpOnAsThePolicySays_AndEverySlotIsAccountedFor(CatchUp policy, int fired)
    {
        var now = Monday.AddDays(3).AddMinutes(30);

        var plan = Plan(Hourly with { CatchUp = policy }, Monday, now);

        var run = plan.Slots.Where(slot => slot.SkipReason is null).ToList();
        Assert.Equal(fired, run.Count);
        Assert.All(run, slot => Assert.Equal(FiringSource.CatchUp, slot.Source));
        Assert.Equal(Enumerable.Range(0, fired).Select(back => Monday.AddDays(3).AddHours(-back)).Order(), run.Select(slot => slot.DueAt));
        Assert.Equal(72, plan.Slots.Sum(slot => slot.Count));
        var skipped = Assert.Single(plan.Slots, slot => slot.SkipReason is not null);
        Assert.Equal((Monday.AddHours(1), Monday.AddHours(72 - fired)), (skipped.DueAt, skipped.ThroughAt));
        Assert.Equal(policy == CatchUp.All ? FiringReasons.CatchUpLimit : FiringReasons.Missed, skipped.SkipReason);
        Assert.Equal(Monday.AddDays(3), plan.Cursor);
        Assert.Equal(Monday.AddDays(3).AddHours(1), plan.NextAt);
    }

    [Fact]
    public void CatchUpAll_WithFewerThanItsLimit_SkipsNothing()
    {
        var plan = Plan(Hourly with { CatchUp = CatchUp.All }, Monday, Monday.AddHours(5).AddMinutes(30));

        Assert.Equal(5, plan.Slots.Count);
        Assert.All(plan.Slots, slot => Assert.Null(slot.SkipReason));
    }

    [Fact]
    public void CatchUpLast_WhileTheNextIsOnTime_LeavesTheMissedOnesToIt()
    {
        var plan = Plan(Hourly, Monday, Monday.AddHours(5));

        Assert.Equal([(FiringReasons.Missed, 4), (null, 1)], plan.Slots.Select(slot => (slot.SkipReason, slot.Count)));
    }

    [Fact]
    public void Until_EndsIt_AlsoForWhatWasMissed()
    {
        var plan = Plan(Hourly with { CatchUp = CatchUp.All, Until = Monday.AddHours(3) }, Monday, Monday.AddDays(1));

        Assert.Equal(3, plan.Slots.Count);
        Assert.Null(plan.NextAt);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:30:00Z")]
    public void FixedTime_InTheGapOfSpring_FiresOnceWhenTheClocksMove(string zone, string after, string inTheGap, string dayAfter)
    {
        // 02:30 does not exist on that day (at Lord Howe, where the gap is half an hour, 02:15 does not).
        var expression = zone == "Australia/Lord_Howe" ? "15 2 * * *" : "30 2 * * *";
        var times = Times(expression, zone, after, 2);

        Assert.Equal(DateTimeOffset.Parse(inTheGap, null), times[0]);
        Assert.Equal(zone == "Australia/Lord_Howe" ? new DateTimeOffset(2026, 10, 4, 15, 15, 0, TimeSpan.Zero) : DateTimeOffset.Parse(dayAfter, null), times[1]);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "30 2 * * *")]
    [InlineData("America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z", "30 1 * * *")]
    [InlineData("Australia/Lord_Howe", "2026-04-04T04:00:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z", "45 1 * * *")]
    public void FixedTime_InTheOverlapOfAutumn_FiresOnceAtItsFirstOccurrence(string zone, string after, string first, string dayAfter, string expression)
    {
        var times = Times(expression, zone, after, 2);

        Assert.Equal([DateTimeOffset.Parse(first, null), DateTimeOffset.Parse(dayAfter, null)], times);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25T00:00:00Z")]
    [InlineData("America/New_York", "2026-11-01T05:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-04T14:30:00Z")]
    public void Interval_InTheOverlapOfAutumn_GoesOnThroughBoth(string zone, string start)
    {
        var from = DateTimeOffset.Parse(start, null);

        Assert.Equal(Enumerable.Range(1, 12).Select(step => from.AddMinutes(15 * step)), Times("*/15 * * * *", zone, start, 12));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:00:00Z")]
    [InlineData("America/New_York", "2026-03-08T06:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-03T15:00:00Z")]
    public void Interval_InTheGapOfSpring_GoesOnWithoutOne(string zone, string start)
    {
        var from = DateTimeOffset.Parse(start, null);

        Assert.Equal(Enumerable.Range(1, 12).Select(step => from.AddMinutes(15 * step)), Times("*/15 * * * *", zone, start, 12));
    }

    [Fact]
    public void LeapDay_ComesInLeapYearsOnly() =>
        Assert.Equal([2028, 2032, 2036], Times("0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z", 3).Select(time => time.Year));

    [Fact]
    public void LastOfTheMonth_KnowsFebruary() =>
        Assert.Equal([31, 28, 31], Times("0 0 12 L * ?", "UTC", "2027-01-01T00:00:00Z", 3).Select(time => time.Day));

    [Theory]
    [InlineData("0 9 * * 1", DayOfWeek.Monday)]
    [InlineData("0 9 * * 0", DayOfWeek.Sunday)]
    [InlineData("0 9 * * 7", DayOfWeek.Sunday)]
    [InlineData("0 0 9 ? * 1", DayOfWeek.Sunday)]
    [InlineData("0 0 9 ? * MON", DayOfWeek.Monday)]
    public void Weekdays_AreCountedAsTheFormHasThem(string expression, DayOfWeek day) => Assert.Equal(day, Times(expression, "UTC", "2026-03-02T10:00:00Z", 1)[0].DayOfWeek);

    [Fact]
    public void EverySoOften_IsCountedFromItsBeginning_WhateverComesBetween()
    {
        var schedule = new EverySchedule(TimeSpan.FromSeconds(90), Monday);

        Assert.Equal(Monday.AddSeconds(90), schedule.Next(Monday));
        Assert.Equal(Monday.AddSeconds(180), schedule.Next(Monday.AddSeconds(90)));
        Assert.Equal(Monday.AddSeconds(180), schedule.Next(Monday.AddSeconds(91)));
        Assert.Equal(Monday.AddSeconds(90), schedule.Previous(Monday.AddSeconds(180)));
        Assert.Equal(Monday.AddSeconds(180), schedule.Previous(Monday.AddSeconds(181)));
        Assert.Null(schedule.Previous(Monday.AddSeconds(90)));
    }

    [Theory]
    [InlineData("every minute")]
    [InlineData("61 * * * *")]
    [InlineData("* * * *")]
    [InlineData("")]
    public void WhatIsNoExpression_IsSaidToBeNone(string text) => Assert.Throws<FormatException>(() => CronSchedule.Parse(text, TimeZoneInfo.Utc));

    private static FiringPlan Plan(TriggerDefinition definition, DateTimeOffset cursor, DateTimeOffset now) =>
        FiringPlan.Make(Schedule.Of(definition, Monday)!, definition, cursor, now);

    private static List<DateTimeOffset> Times(string expression, string zone, string after, int count)
    {
        var schedule = CronSchedule.Parse(expression, TimeZoneInfo.FindSystemTimeZoneById(zone));
        var times = new List<DateTimeOffset>();
        var at = DateTimeOffset.Parse(after, null);
        while (times.Count < count) times.Add(at = schedule.Next(at)!.Value);
        return times;
    }
}

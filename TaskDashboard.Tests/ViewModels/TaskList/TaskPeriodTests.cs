using TaskDashboard.App.ViewModels.TaskList;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class TaskPeriodTests
{
    /// <summary>02:30 in the morning of 5 March in Shanghai, still the 4th in New York.</summary>
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 18, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("today", "Asia/Shanghai", "2026-03-04T16:00:00Z")]
    [InlineData("today", "America/New_York", "2026-03-04T05:00:00Z")]
    [InlineData("7d", "Asia/Shanghai", "2026-02-26T16:00:00Z")]
    [InlineData("30d", "UTC", "2026-02-03T00:00:00Z")]
    public void Bounds_BeginAtThePersonsOwnMidnight(string kind, string zone, string from)
    {
        var bounds = TaskPeriod.FromWire(kind, null, null)!.Bounds(Now, TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal((DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture), (DateTimeOffset?)null), (bounds.From, bounds.To));
    }

    [Fact]
    public void Bounds_FromTheFirstDayThereIs_AreNoLimit_AlsoEastOfGreenwich()
    {
        var bounds = TaskPeriod.FromWire("custom", "0001-01-01", "9999-12-31")!.Bounds(Now, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"));

        Assert.Equal((null, null), bounds);
    }

    [Fact]
    public void Bounds_OfDaysOfOnesOwn_TakeInTheWholeLastDay_AlsoWhereTheClockChanges()
    {
        // In New York 8 March has 23 hours.
        var bounds = TaskPeriod.FromWire("custom", "2026-03-07", "2026-03-08")!.Bounds(Now, TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));

        Assert.Equal(new DateTimeOffset(2026, 3, 7, 5, 0, 0, TimeSpan.Zero), bounds.From);
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 4, 0, 0, TimeSpan.Zero), bounds.To);
    }

    [Theory]
    [InlineData("tasks?date=today")]
    [InlineData("tasks?date=7d")]
    [InlineData("tasks?date=custom&from=2026-03-01&to=2026-03-04")]
    [InlineData("tasks?date=custom&to=2026-03-04")]
    [InlineData("tasks?status=failed&model=builtin%2Fassistant&date=30d")]
    public void Filter_OfAnAddress_WritesTheSameAddress(string address) => Assert.Equal(address, TaskListFilter.FromUri("http://localhost/" + address).ToUri());

    [Theory]
    [InlineData("tasks?date=never")]
    [InlineData("tasks?from=2026-03-01")]
    public void Filter_OfWhatIsNoPeriod_HasNone(string address) => Assert.Null(TaskListFilter.FromUri("http://localhost/" + address).Period);
}

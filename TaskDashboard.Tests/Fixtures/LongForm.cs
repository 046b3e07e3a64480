namespace TaskDashboard.Tests.Fixtures;

/// <summary>Tests that show more the longer they run have a short form for every day, and a long one with <c>TASKDASHBOARD_TEST_LONG=1</c>.</summary>
internal static class LongForm
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("TASKDASHBOARD_TEST_LONG") == "1";

    public static T Pick<T>(T shortForm, T longForm) => IsOn ? longForm : shortForm;
}

namespace TaskDashboard.Tests.Fixtures;

/// <summary>A test that sends signals to a process, which Windows has none of.</summary>
public sealed class SignalFactAttribute : FactAttribute
{
    public SignalFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "There are no signals on Windows.";
    }
}

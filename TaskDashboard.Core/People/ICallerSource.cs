namespace TaskDashboard.Core.People;

/// <summary>Says who asks, each time anew: a role that was taken away, or a session that was ended, counts from the next look on.</summary>
public interface ICallerSource
{
    Caller Caller { get; }
}

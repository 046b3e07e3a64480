namespace TaskDashboard.Core.People;

/// <summary>Says who asks, each time anew: a role that was taken away, or a session that was ended, counts from the next look on.</summary>
public interface ICallerSource
{
    Caller Caller { get; }

    /// <summary>Who asks, for what goes on when they have left: may be asked from any thread, also when this source is gone.</summary>
    Func<Caller> Lasting()
    {
        var caller = Caller;
        return () => caller;
    }
}

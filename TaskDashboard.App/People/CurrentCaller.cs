using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>Who asks, in this request, hub call or circuit. Scoped: each has its own.</summary>
public sealed class CurrentCaller
{
    private Caller? caller;

    public Caller Value => caller ?? Caller.Local;

    /// <summary>Said once, by what has found out who it is.</summary>
    public void Set(Caller known) => caller = known;
}

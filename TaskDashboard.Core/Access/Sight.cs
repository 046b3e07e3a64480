using TaskDashboard.Core.People;

namespace TaskDashboard.Core.Access;

/// <summary>
/// Whether a caller still sees what they watch. Looked at before each thing that is shown, and at every change of who may see what: a stream in which nothing
/// happens has to end, too.
/// </summary>
internal sealed class Sight : IDisposable
{
    private readonly ICallerSource source;
    private readonly ChatAccess access;
    private readonly Audience audience;
    private readonly CancellationTokenSource lost;
    private long seen;

    /// <param name="source">Who watches.</param>
    /// <param name="access">Decides.</param>
    /// <param name="audience">Of what is watched.</param>
    /// <param name="cancellationToken">The watcher left.</param>
    public Sight(ICallerSource source, ChatAccess access, Audience audience, CancellationToken cancellationToken)
    {
        (this.source, this.access, this.audience) = (source, access, audience);
        lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Lost = lost.Token;

        // Before the version is read: a change in between is looked at twice, and none is missed.
        access.Changed += LookElsewhere;
        seen = access.Version;
    }

    /// <summary>Cancelled once the caller sees it no more, or has left.</summary>
    public CancellationToken Lost { get; }

    /// <summary>For the one who shows: false from the moment on in which the caller may no longer see it.</summary>
    public bool Holds()
    {
        if (access.Version is var now && now == seen) return true;
        seen = now;
        return access.MaySee(source.Caller, audience);
    }

    public void Dispose()
    {
        access.Changed -= LookElsewhere;
        lost.Dispose();
    }

    /// <summary>Whoever changed something is not to wait for what its watchers do about it.</summary>
    private void LookElsewhere() => _ = Task.Run(Look);

    private void Look()
    {
        try
        {
            if (!access.MaySee(source.Caller, audience)) lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The watcher has left meanwhile, perhaps with all that it came with.
        }
    }
}

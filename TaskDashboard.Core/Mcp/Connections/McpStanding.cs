namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>What is known of one connection, and who waits for it to change. Safe for threads.</summary>
/// <param name="time">The clock.</param>
/// <param name="idleTime">After so long without use nobody is taken to need it.</param>
/// <param name="changed">Called behind every change, on any thread, outside of locks.</param>
internal sealed class McpStanding(TimeProvider time, TimeSpan idleTime, Action changed)
{
    private readonly Lock gate = new();
    private TaskCompletionSource moved = NewSignal();
    private McpCondition condition = McpCondition.Idle;
    private ServerSession? session;
    private McpLists lists = McpLists.Nothing;
    private long usedAt;
    private bool kept;
    private bool closed;

    /// <summary>How it stands, and what the server offered when it was last asked.</summary>
    public (McpCondition Condition, McpLists Lists) Picture
    {
        get { lock (gate) return (condition, lists); }
    }

    /// <summary>The same with the open connection, if there is one, and what completes at the next change.</summary>
    public (McpCondition Condition, ServerSession? Session, bool Closed, Task Moved) Look()
    {
        lock (gate) return (condition, session, closed, moved.Task);
    }

    /// <summary>For how much longer it counts as needed; zero or less when it does not.</summary>
    public TimeSpan LeftOfUse
    {
        get
        {
            lock (gate)
            {
                if (session is { CallCount: > 0 }) usedAt = time.GetTimestamp();
                return idleTime - time.GetElapsedTime(usedAt);
            }
        }
    }

    /// <summary>Somebody needs it. True when nobody keeps it: who asked has to, from here on.</summary>
    public bool TryKeep()
    {
        lock (gate)
        {
            usedAt = time.GetTimestamp();
            if (kept || closed) return false;
            return kept = true;
        }
    }

    /// <summary>Whoever keeps it may leave: it was closed, or is not needed any more. Decided together with <see cref="TryKeep"/>, so that nobody waits for one that has left.</summary>
    public bool TryLeave()
    {
        lock (gate)
        {
            if (!closed && idleTime > time.GetElapsedTime(usedAt)) return false;
            kept = false;
        }

        Move(McpCondition.Idle, null);
        return true;
    }

    /// <summary>Nobody is to keep it again. False when that was so before.</summary>
    public bool TryClose()
    {
        lock (gate)
        {
            if (closed) return false;
            return closed = true;
        }
    }

    public void Learn(McpLists offered)
    {
        lock (gate) lists = offered;
        changed();
    }

    public void Move(McpCondition to, ServerSession? open)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            // Who leaves says so late: another one may keep it again.
            if (to.State == McpServerState.Idle && kept) return;
            (condition, session) = (to, open);
            (signal, moved) = (moved, NewSignal());
        }

        signal.TrySetResult();
        changed();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

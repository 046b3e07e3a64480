using System.Threading.Tasks.Sources;

namespace TaskDashboard.Core.Events;

/// <summary>
/// Wakes one waiting viewer: any number of <see cref="Set"/> calls between two waits are one wake-up. Allocates nothing per wait.
/// </summary>
/// <remarks>
/// Whoever sets it publishes first and sets then; the viewer waits first and looks then. So a set that falls between the end of a wait and
/// the look is seen by that look, and may be forgotten.
/// </remarks>
internal sealed class WakeSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int IsSet = 2;

    // The waker is the store's writer or a model's stream: neither may run a viewer's continuation.
    private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
    private int state;

    public void Set()
    {
        if (Volatile.Read(ref state) == IsSet) return;
        if (Interlocked.Exchange(ref state, IsSet) == Waiting) core.SetResult(true);
    }

    /// <summary>Completes at the next set, or at once when there was one since the last wait. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        core.Reset();
        if (Interlocked.CompareExchange(ref state, Waiting, Idle) == Idle) return new ValueTask(this, core.Version);

        BecomeIdle();
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        BecomeIdle();
        core.GetResult(token);
    }

    /// <summary>With a full fence: what the viewer looks at next must not be read before a waker can see that it is to wake again.</summary>
    private void BecomeIdle() => Interlocked.Exchange(ref state, Idle);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}

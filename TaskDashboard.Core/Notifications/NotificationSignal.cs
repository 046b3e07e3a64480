namespace TaskDashboard.Core.Notifications;

/// <summary>Tells the sender that there is something to send. Safe for threads.</summary>
internal sealed class NotificationSignal : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    public void Set()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been told already, and has not looked yet.
        }
    }

    /// <summary>Returns when it was set, or after <paramref name="longest"/>.</summary>
    public async Task WaitAsync(TimeSpan? longest, TimeProvider time, CancellationToken cancellationToken)
    {
        if (longest is not { } most)
        {
            await signal.WaitAsync(cancellationToken);
            return;
        }

        using var over = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to look again.
        }
    }

    public void Dispose() => signal.Dispose();
}

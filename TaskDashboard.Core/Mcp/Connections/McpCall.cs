using ModelContextProtocol;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>One call that is under way on a connection: whose it is, and until when it may last. Safe for threads.</summary>
internal sealed class McpCall : IProgress<ProgressNotificationValue>, IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenSource either;
    private readonly TimeSpan timeout;
    private readonly CallProgress? progress;
    private readonly ServerSecrets secrets;
    private readonly Lock gate = new();
    private int questions;
    private bool disposed;

    /// <param name="timeout">How long it may take, without the time in which a person is asked.</param>
    /// <param name="time">Measures that.</param>
    /// <param name="secrets">What must not be repeated.</param>
    /// <param name="cancellationToken">The tool call's.</param>
    public McpCall(TimeSpan timeout, TimeProvider time, ServerSecrets secrets, CancellationToken cancellationToken)
    {
        this.timeout = timeout;
        this.secrets = secrets;
        Lineage = Lineage.Current;
        progress = CallProgress.Current;
        over = new CancellationTokenSource(timeout, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        Token = either.Token;
    }

    /// <summary>The tool call that it was made in; null for one that no task has made.</summary>
    public Lineage? Lineage { get; }

    /// <summary>Fires when it has to end.</summary>
    public CancellationToken Token { get; }

    /// <summary>It lasted too long.</summary>
    public bool IsOver => over.IsCancellationRequested;

    /// <summary>The server tells how far it is.</summary>
    public void Report(ProgressNotificationValue value) => progress?.Report(
        value.Message is { Length: > 0 } text ? secrets.Clean(text) : null,
        value.Total is > 0 and var total ? Math.Clamp(value.Progress / (double)total, 0, 1) : null);

    /// <summary>A person is asked: the call has as long as that takes, and its whole time once more behind it.</summary>
    public void BeginQuestion()
    {
        lock (gate)
        {
            if (questions++ == 0 && !disposed) over.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void EndQuestion()
    {
        lock (gate)
        {
            if (--questions == 0 && !disposed) over.CancelAfter(timeout);
        }
    }

    public void Dispose()
    {
        lock (gate) disposed = true;

        // A server may have answered without waiting for what it asked: nobody is to answer that any more.
        either.Cancel();
        either.Dispose();
        over.Dispose();
    }
}

using System.Collections.Concurrent;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The answers that the tool calls of one run wait for. A wait is opened before its request is written, so that no answer can come too early for
/// it; it ends once the answer is on disk. Safe for threads.
/// </summary>
internal sealed class RunRequests
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RequestResolvedData>> waits = new(StringComparer.Ordinal);

    /// <summary>Opens a wait, unless it is open.</summary>
    public void Open(string requestId) =>
        waits.TryAdd(requestId, new TaskCompletionSource<RequestResolvedData>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Completes with the answer of a wait that is open.</summary>
    public Task<RequestResolvedData> Answer(string requestId) => waits[requestId].Task;

    /// <summary>The request is resolved, on disk.</summary>
    public void Deliver(RequestResolvedData resolved)
    {
        if (waits.TryGetValue(resolved.RequestId, out var wait)) wait.TrySetResult(resolved);
    }
}

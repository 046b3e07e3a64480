using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <summary>
/// Resolves requests. The answer, its event and the task's move are one change, decided where the request is still open: of a thousand answers one
/// is taken. A run that is there hears of it once it is on disk; where none is, the task goes back into the queue with the answer.
/// </summary>
internal sealed class RequestAnswering(Store store, LiveRunTable runs, LeftWorkReader leftWork, TimeProvider time, ILogger<RequestAnswering> logger)
{
    private const string GoesOn = "It was answered; it goes on when a slot is free.";

    /// <summary>Resolves an open request of a task.</summary>
    /// <param name="log">Of whom the change is: a caller's, or the engine's own.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="requestId">The request.</param>
    /// <param name="resolve">Makes the resolved request of the open one; pure.</param>
    /// <returns>The resolved request; null when it is not open, or gone with its task.</returns>
    public async Task<TaskRequest?> ResolveAsync(ITaskLog log, string taskId, string requestId, Func<TaskRequest, TaskRequest> resolve)
    {
        LeftWork? left = null;
        while (true)
        {
            AgentTask? unattended = null;
            TaskRequest? resolved = null;
            var result = await log.ChangeAsync(taskId, (current, view) =>
            {
                (unattended, resolved) = (null, null);
                if (current.OpenRequests.FirstOrDefault(request => request.RequestId == requestId) is not { } open) return null;
                resolved = resolve(open) with { ResolvedAt = view.Now };
                var change = new TaskChange { ResolveRequests = [resolved] };
                if (!RequestReason.IsWaiting(current)) return change;
                var stillOpen = current.OpenRequests.Where(request => request != open).ToList();
                if (runs.Find(taskId)?.RunId == current.RunId) return change with { Transition = RequestReason.After(resolved, stillOpen) };
                if (left?.Fence == current.Fence) return RunChanges.TakeUp(current with { OpenRequests = stillOpen }, GoesOn, left, RunCause.Recovery) with { ResolveRequests = [resolved] };

                // Nobody runs it since a restart: what its run has left has to be read before it can go on.
                (unattended, resolved) = (current, null);
                return null;
            });
            if (unattended is null) return result.Applied ? resolved : null;
            left = await leftWork.ReadAsync(unattended, CancellationToken.None);
        }
    }

    /// <summary>Answers what is over its time by its default.</summary>
    public async Task ExpireAsync(string taskId)
    {
        try
        {
            var now = time.GetUtcNow();
            foreach (var request in store.Live.Find(taskId)?.OpenRequests.Where(request => request.ExpiresAt <= now).ToList() ?? [])
            {
                await ResolveAsync(store.Log, taskId, request.RequestId, open => open with { Answer = open.Default, By = "expiry", Note = "Nobody answered in time." });
            }
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "A request of {TaskId} is over its time and could not be closed; it is tried again.", taskId);
        }
    }
}

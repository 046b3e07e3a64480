using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <summary>
/// A tool call that waits for a person: without a slot, and with the run's clock held, while nothing else of the run is at work.
/// </summary>
internal sealed class RequestWait(Store store, RunSlots slots)
{
    /// <summary>Waits for the answer, and has the run's slot back when it returns.</summary>
    /// <param name="run">The run that the call belongs to.</param>
    /// <param name="task">Its task.</param>
    /// <param name="requestId">The request, which the run expects already.</param>
    /// <param name="cancellationToken">The call's.</param>
    /// <returns>The answer; null when the run leaves for the next process, where the wait goes on.</returns>
    /// <exception cref="OperationCanceledException">The call is not wanted any more.</exception>
    public async Task<RequestResolvedData?> WaitAsync(LiveRun run, AgentTask task, string requestId, CancellationToken cancellationToken)
    {
        var answer = run.Requests.Answer(requestId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Leaving);
        if (run.BeginWait()) await ParkAsync(run);
        try
        {
            await AnswerAsync(run, answer, ending.Token);
            await slots.RegainAsync(task, run, ending.Token);
            return await answer;
        }
        catch (OperationCanceledException) when (run.Leaving.IsCancellationRequested && run.Stop is null or { Kind: RunStopKind.Drain })
        {
            return null;
        }
        finally
        {
            // Not before its turn has come: what it waits for others does not count either, or an answer could come to a run that is out of time in the queue.
            run.ContinueTimeout();
        }
    }

    private static async Task AnswerAsync(LiveRun run, Task<RequestResolvedData> answer, CancellationToken cancellationToken)
    {
        try
        {
            await answer.WaitAsync(cancellationToken);
        }
        finally
        {
            run.EndWait();
        }
    }

    /// <summary>Nothing of the run is at work any more: it says so, and others may use its slot.</summary>
    private async Task ParkAsync(LiveRun run)
    {
        await store.Log.ChangeAsync(run.TaskId, current =>
            current.RunId == run.RunId && current is { Status: AgentTaskStatus.Running, Reason: ReasonCodes.Tool or ReasonCodes.Model, OpenRequests.Count: > 0 } && run.OnlyWaits
                ? new TaskChange { Transition = RequestReason.Waiting(current.OpenRequests) }
                : null);
        slots.YieldWhileWaiting(run);
    }
}

using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <inheritdoc cref="IQuestions"/>
/// <remarks>
/// The call that asks is at work, and does not outlive this process: after a crash its outcome is unknown, and its question is closed.
/// </remarks>
internal sealed class Questions(Store store, RequestWait wait, ApprovalGate gate, IdSource ids, TimeProvider time) : IQuestions
{
    public async Task<TaskRequest> AskAsync(Question question, CancellationToken cancellationToken)
    {
        var by = Lineage.Current is { CallId: not null, Run: not null } lineage ? lineage : throw new InvalidOperationException("Only a tool call that is at work can ask a question.");
        var run = by.Run!;
        var self = store.Live.Find(by.TaskId) ?? throw RefusedException.NotFound("task", by.TaskId);
        var request = QuestionDraft.Of(question, self, by.CallId!, ids.NewRequest()) with
        {
            ExpiresAt = await gate.QuestionExpiryAsync(self, cancellationToken),
            BegunAt = time.GetUtcNow(),
        };
        run.Requests.Open(request.RequestId);
        var opened = await store.Log.ChangeAsync(by.TaskId, current =>
            current.RunId == run.RunId && current.Reason != ReasonCodes.Stopping && !current.Status.IsTerminal() ? new TaskChange { OpenRequests = [request] } : null);
        if (!opened.Applied) throw new OperationCanceledException("The run is over; it has nobody to ask for.", run.Stopped);
        try
        {
            // One that leaves for the next process cannot take its question along.
            var answer = await wait.WaitAsync(run, self, request.RequestId, cancellationToken) ?? throw new OperationCanceledException(run.Leaving);
            return request with { Answer = answer.Answer, By = answer.By, Note = answer.Note, ResolvedAt = time.GetUtcNow() };
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(by.TaskId, request);
            throw;
        }
        finally
        {
            await GoOnAsync(by.TaskId, run);
        }
    }

    private Task<ChangeResult> CloseAsync(string taskId, TaskRequest request) => store.Log.ChangeAsync(taskId, current =>
        current.OpenRequests.Any(open => open.RequestId == request.RequestId)
            ? new TaskChange { ResolveRequests = [RequestReason.Close(request, "The call that asked was ended.")] }
            : null);

    /// <summary>The call is at work again; whoever answered has said so already, but not who closed the question.</summary>
    private Task<ChangeResult> GoOnAsync(string taskId, LiveRun run) => store.Log.ChangeAsync(taskId, current =>
        current.RunId == run.RunId && RequestReason.IsWaiting(current) && run.HoldsSlot
            ? new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, "A tool goes on with its answer.") }
            : null);
}

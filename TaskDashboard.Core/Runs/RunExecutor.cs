using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Executes one claimed run from its session to its settled end: load the session → find the model → loop → settle. However the loop ends,
/// the task's row and its log say so, exactly once.
/// </summary>
/// <remarks>
/// If the process dies at any point, the row still says running or waiting, with the steps that were committed: <see cref="RunRecovery"/>
/// settles it at the next start.
/// </remarks>
internal sealed class RunExecutor(
    ITaskLog log, TaskFeed feed, OpenTextTable openTexts, ISessionStore sessions, IModelCatalog models, ToolCatalog tools, IdSource ids, TimeProvider time,
    IOptions<DashboardOptions> options, ILogger<RunExecutor> logger)
{
    /// <param name="claimed">The task as its claim left it.</param>
    /// <param name="run">The run that claimed it.</param>
    /// <param name="firstMessage">The whole session, where it is known to be just this.</param>
    public async Task ExecuteAsync(AgentTask claimed, LiveRun run, ChatEntry? firstMessage)
    {
        var recorder = new RunRecorder(claimed, log, feed, openTexts);
        AgentLoop? loop = null;
        RunEnd end;
        string? errorCode = null;
        var retryable = false;
        try
        {
            run.StopAfter(TimeSpan.FromSeconds(claimed.TimeoutS ?? options.Value.Limits.TimeoutSeconds), time);
            loop = await PrepareAsync(claimed, run, recorder, firstMessage);
            await loop.RunAsync();
            return;
        }
        catch (OperationCanceledException) when (run.Stop is { Kind: RunStopKind.Drain })
        {
            await LeaveForNextProcessAsync(claimed);
            return;
        }
        catch (OperationCanceledException) when (run.Stop is { } stop)
        {
            end = stop.Kind == RunStopKind.Timeout
                ? new RunEnd(RunOutcome.Failed, run.Cause, ReasonCodes.Timeout, stop.Text)
                : new RunEnd(RunOutcome.Cancelled, run.Cause, null, stop.Text);
        }
        catch (OwnershipLostException exception)
        {
            logger.LogWarning(exception, "Run {RunId} of {TaskId} ended without a say: the task has another owner.", run.RunId, claimed.Id);
            return;
        }
        catch (RunLimitException exception)
        {
            (end, errorCode) = (new RunEnd(RunOutcome.Failed, run.Cause, ReasonCodes.Limit, exception.Message), ReasonCodes.Limit);
        }
        catch (ProviderException exception)
        {
            logger.LogWarning(exception, "Run {RunId} of {TaskId} failed at its provider.", run.RunId, claimed.Id);
            (end, errorCode, retryable) = (new RunEnd(RunOutcome.Failed, run.Cause, ReasonCodes.Provider, exception.Message), exception.Code, exception.Retryable);
        }
#pragma warning disable CA1031 // The last line of defence: whatever a run throws ends that run, visibly, and nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Run {RunId} of {TaskId} failed.", run.RunId, claimed.Id);
            (end, errorCode) = (new RunEnd(RunOutcome.Failed, run.Cause, ReasonCodes.Error, $"{exception.GetType().Name}: {exception.Message}"), ReasonCodes.Error);
        }

        await SettleAsync(claimed, recorder, loop, end, errorCode, retryable);
    }

    private async Task<AgentLoop> PrepareAsync(AgentTask claimed, LiveRun run, RunRecorder recorder, ChatEntry? firstMessage)
    {
        if (!models.TryResolve(claimed.Model, out var provider, out var model, out var problem))
        {
            throw new ProviderException(ProviderException.Rejected, problem, retryable: false);
        }

        var chatBefore = claimed.IsPrimary ? [] : await sessions.LoadChatBeforeAsync(claimed, run.Stopped);
        var conversation = Conversation.Begin(run.Agent.Instructions, claimed, chatBefore);
        if (firstMessage is not null)
        {
            conversation.Add(firstMessage);
        }
        else
        {
            var session = await sessions.LoadSessionAsync(claimed, run.Stopped);
            conversation.Add(session);
            await MarkReadAsync(recorder, run, session);
        }

        return new AgentLoop(
            run, recorder, conversation, provider!, model, tools.CreateFor(run.Agent, new ToolContext(claimed.Id, claimed.WorkDir)), options.Value.Limits, ids, time);
    }

    /// <summary>Messages that came while nobody ran are part of the session just loaded: say that they are read.</summary>
    private static async Task MarkReadAsync(RunRecorder recorder, LiveRun run, IReadOnlyList<ChatEntry> session)
    {
        var unread = session.Where(entry => entry is { Role: EntryRole.User, State: EntryState.Stored }).ToList();
        if (unread.Count == 0) return;
        await recorder.RecordAsync(new TaskChange
        {
            Log =
            [
                .. unread.Select(entry => new LogEntry(
                    new MessageData(entry.MessageId, EntryRole.User, entry.Text) { State = EntryState.Read },
                    entry with { State = EntryState.Read, RunId = run.RunId, Step = 1 })),
            ],
            Edit = task => task with { UnreadMessages = Math.Max(0, task.UnreadMessages - unread.Count) },
        });
        run.Forget(unread);
    }

    private async Task SettleAsync(AgentTask claimed, RunRecorder recorder, AgentLoop? loop, RunEnd end, string? errorCode, bool retryable)
    {
        var unfinished = loop?.Unfinished;
        List<LogEntry> facts = unfinished?.Facts() ?? [];
        if (errorCode is not null) facts.Add(new LogEntry(new ErrorData(errorCode, end.Text!, retryable)));
        List<RunStep> steps = unfinished is null
            ? []
            : [unfinished.ToStep(loop!.StepCount + 1, end.Outcome == RunOutcome.Cancelled ? StepOutcome.Cancelled : StepOutcome.Error, end.Text)];
        var unsaved = unfinished?.Usage ?? TaskUsage.None;
        var usage = (loop?.Usage ?? TaskUsage.None).Add(unsaved);
        var result = await log.ChangeAsync(claimed.Id, task => task.Fence == claimed.Fence && !task.Status.IsTerminal()
            ? RunChanges.End(task, end, facts, steps, usage, unsaved)
            : null);
        unfinished?.Close();
        if (!result.Applied) logger.LogWarning("Run of {TaskId} ended {Outcome}, but the task has another owner or is gone.", claimed.Id, end.Outcome);
    }

    private async Task LeaveForNextProcessAsync(AgentTask claimed)
    {
        await openTexts.CheckpointAsync();
        logger.LogInformation("{TaskId} was at work when the server stopped; it goes on at the next start.", claimed.Id);
    }
}

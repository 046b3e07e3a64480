using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Contexts;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.WorkDirs;

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
    ITaskLog log, TaskReader reader, TaskFeed feed, OpenTextTable openTexts, ISessionStore sessions, IModelCatalog models, ToolCatalog tools, RunSlots slots, IEnumerable<IRunToolSource> runTools, IConversationOpening opening,
    LeftCalls leftCalls, CallAdmission admissions, RequestWait waiting, PriceTable prices, CallBudget budget, RetryPolicy retries, TaskWorktrees worktrees, EngineCounters counters, IdSource ids, TimeProvider time, CallPrecautions precautions, ExchangeRecording exchanges, ContextWindows windows, EngineTelemetry telemetry, IOptions<DashboardOptions> options, ILogger<RunExecutor> logger)
{
    /// <param name="claimed">The task as its claim left it.</param>
    /// <param name="run">The run that claimed it.</param>
    /// <param name="firstMessage">The whole session, where it is known to be just this.</param>
    public async Task ExecuteAsync(AgentTask claimed, LiveRun run, ChatEntry? firstMessage)
    {
        using var scope = RunLogScope.Open(logger, claimed.Id, run.RunId);
        using var span = run.Span = telemetry.StartRun(claimed, run);
        var recorder = new RunRecorder(claimed, log, reader, feed, openTexts);
        AgentLoop? loop = null;
        RunFailure? failure = null;
        try
        {
            run.StopAfter(TimeOf(claimed, run.Agent), time);
            (loop, var left) = await PrepareAsync(claimed, run, recorder, firstMessage);
            await loop.RunAsync(left);
            span.End(TelemetryNames.Completed);
            TellOfUnknownCost(claimed, run, loop);
            return;
        }
        catch (OperationCanceledException) when (run.Stop is { Kind: RunStopKind.Drain } || (run.Stop is null && run.Leaving.IsCancellationRequested))
        {
            loop?.Unfinished?.Hold?.Dispose();
            await LeaveForNextProcessAsync(claimed);
            span.End(TelemetryNames.Interrupted);
            return;
        }
        catch (OperationCanceledException) when (run.Stop is { } stop)
        {
            run.Acknowledge(time.GetUtcNow());
            failure = stop.Kind switch
            {
                RunStopKind.Timeout => new RunFailure(ReasonCodes.Timeout, null, stop.Text, Retryable: true),
                RunStopKind.Failure => new RunFailure(ReasonCodes.Error, ReasonCodes.Error, stop.Text, Retryable: true),
                _ => null,
            };
        }
        catch (OwnershipLostException exception)
        {
            loop?.Unfinished?.Close();
            counters.CountStaleWrite();
            span.End(TelemetryNames.Interrupted, "ownership_lost");
            logger.LogWarning(exception, "{RunId} of {TaskId} ended without a say: the task has another owner.", run.RunId, claimed.Id);
            return;
        }
        catch (RunLimitException exception)
        {
            failure = new RunFailure(ReasonCodes.Limit, ReasonCodes.Limit, exception.Message, Retryable: false);
        }
        catch (ProviderException exception)
        {
            logger.LogWarning(exception, "Run {RunId} of {TaskId} failed at its provider.", run.RunId, claimed.Id);
            failure = new RunFailure(ReasonCodes.Provider, exception.Code, exception.Message, exception.Retryable);
        }
#pragma warning disable CA1031 // The last line of defence: whatever a run throws ends that run, visibly, and nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Run {RunId} of {TaskId} failed.", run.RunId, claimed.Id);
            failure = new RunFailure(ReasonCodes.Error, ReasonCodes.Error, $"{exception.GetType().Name}: {exception.Message}", Retryable: true);
        }

        var outcome = await SettleAsync(claimed, run, loop, failure);
        span.End(outcome, outcome == TelemetryNames.Failed ? failure?.ErrorCode ?? failure?.Reason : null);
    }

    private void TellOfUnknownCost(AgentTask claimed, LiveRun run, AgentLoop? loop)
    {
        if (loop is { CostIsUnknown: true }) logger.LogWarning("{RunId} of {TaskId} was not held to its limit of cost: no price is known for {Model}.", run.RunId, claimed.Id, claimed.Model);
    }

    private async Task<(AgentLoop Loop, List<ToolStep> Left)> PrepareAsync(AgentTask claimed, LiveRun run, RunRecorder recorder, ChatEntry? firstMessage)
    {
        if (!models.TryResolve(claimed.Model, out var provider, out var model, out var problem))
        {
            throw new ProviderException(ProviderException.Rejected, problem, retryable: false);
        }

        await worktrees.EnsureAsync(claimed, run.Leaving);
        var context = new ToolContext(claimed.Id, claimed.WorkDir)
        {
            AddDirs = claimed.Settings.AddDirs,
            Hidden = options.Value.ResolvedDataDirectory,
            Worktree = claimed.Worktree ?? await worktrees.FindOfAsync(claimed.WorkDir, run.Leaving),
            Processes = run.Processes,
        };
        var more = await MoreToolsAsync(run, claimed, context, run.Leaving);
        var offered = tools.CreateFor(run.Agent, context).Concat(more.Tools).ToList();
        var instructions = run.Agent.Instructions + more.Instructions;
        List<ToolStep> left = [];
        IReadOnlyList<ChatEntry> session = firstMessage is null ? [] : [firstMessage];
        if (firstMessage is null)
        {
            session = await sessions.LoadSessionAsync(claimed, run.Leaving);
            left = await leftCalls.TakeOverAsync(recorder, run, session, offered);

            // What waited while nobody ran has its place behind all that is there; but not between a call and its result.
            // A run that goes on behind a restart is in the middle of its turn: what was queued waits for the end of that.
            if (left.Count == 0 && await recorder.RecordAsync(task => Inbox.Read(task, run.RunId, 1, turnEnded: run.Cause != RunCause.Recovery)))
            {
                session = await sessions.LoadSessionAsync(claimed, run.Leaving);

                // Only now it is known what came along with that.
                if (session.Any(entry => entry.Attachments is not null))
                {
                    offered.AddRange((await MoreToolsAsync(run, claimed, context, run.Leaving)).Tools.Where(tool => offered.TrueForAll(known => known.Name != tool.Name)));
                }
            }
        }

        var conversation = await opening.OpenAsync(claimed, instructions, provider!.TakesImages(model), session, run.Leaving);
        var loop = new AgentLoop(
            run, recorder, conversation, provider, model, offered, async token => (await MoreToolsAsync(run, claimed, context, token)).Tools, admissions, waiting, options.Value.Limits, prices, budget, slots, counters, ids, time, precautions, exchanges.ForRun(), new Compaction(windows, claimed.Model));
        return (loop, left);
    }

    /// <summary>The task's own time or else the server's; in either case no more than its agent's.</summary>
    private RunBound<int> TimeOf(AgentTask task, AgentDefinition agent)
    {
        var given = task.Settings.Triggered?.TimeoutS ?? task.TimeoutS;
        var bound = RunBound<int>.Smaller(agent, agent.Limits.TimeoutSeconds, nameof(LimitOptions.TimeoutSeconds), given ?? options.Value.Limits.TimeoutSeconds)!.Value;
        return given is { } own && bound.Value == own ? bound with { Place = "timeout_s of the task" } : bound;
    }

    /// <summary>What the sources of tools add to this run, as things are now.</summary>
    private async ValueTask<RunTools> MoreToolsAsync(LiveRun run, AgentTask claimed, ToolContext context, CancellationToken cancellationToken)
    {
        var added = new List<AgentTool>();
        var instructions = "";
        foreach (var source in runTools)
        {
            var (found, more) = await source.CreateAsync(run.Agent, claimed, context, cancellationToken);
            added.AddRange(found);
            if (more.Length > 0) instructions = $"{instructions}\n\n{more}";
        }

        return new RunTools(added, instructions);
    }

    /// <param name="claimed">The task as its claim left it.</param>
    /// <param name="run">The run.</param>
    /// <param name="loop">What it was doing; null when it never got to it.</param>
    /// <param name="failure">Why it failed; null when it was cancelled.</param>
    /// <returns>How it ended, in the word of its span.</returns>
    private async Task<string> SettleAsync(AgentTask claimed, LiveRun run, AgentLoop? loop, RunFailure? failure)
    {
        var unfinished = loop?.Unfinished;
        unfinished?.StopListening();
        TellOfUnknownCost(claimed, run, loop);
        var outcome = failure is null ? RunOutcome.Cancelled : RunOutcome.Failed;
        var text = failure?.Text ?? run.Stop!.Text;
        List<LogEntry> told = [.. unfinished?.Facts() ?? []];
        if (failure is { ErrorCode: { } code }) told.Add(new LogEntry(new ErrorData(code, text, failure.Retryable)));
        var unsaved = unfinished?.Usage ?? TaskUsage.None;
        var facts = new RunFacts
        {
            Log = told,
            Steps = unfinished is null ? [] : [unfinished.ToStep(loop!.StepCount + 1, failure is null ? StepOutcome.Cancelled : StepOutcome.Error, text)],
            Unsaved = unsaved,
            Complete = stop => (stop ?? run.Stop?.Receipt) is not { } asked ? null : asked with { AcknowledgedAt = run.AcknowledgedAt, StoppedAt = time.GetUtcNow(), ProcessesReaped = run.Processes.Reaped, CallsAfter = run.CallsAfterStop },
        };
        var settled = outcome;
        ChangeResult result;
        try
        {
            result = await log.ChangeAsync(claimed.Id, task =>
            {
                if (task.Fence != claimed.Fence || task.Status is not (AgentTaskStatus.Running or AgentTaskStatus.Waiting)) return null;

                // A cancel that was accepted holds, whatever the run came upon in the meantime.
                var end = task.Reason == ReasonCodes.Stopping && failure is not null
                    ? new RunEnd(RunOutcome.Cancelled, run.Cause, null, run.Stop?.Text ?? "Cancelled.")
                    : new RunEnd(outcome, run.Cause, failure?.Reason, text);
                settled = end.Outcome;
                if (end.Outcome == RunOutcome.Failed && retries.Next(task, failure!) is { } retry) end = end with { Retry = retry, NextCause = RunCause.Retry };
                return RunChanges.End(task, end, facts);
            });
        }
        finally
        {
            // Also where its end cannot be written: what it set aside of budgets is free again, and nobody waits for more of its text.
            unfinished?.Close();
        }

        counters.CountCallsAfterCancel(run.CallsAfterStop);
        if (result.Applied) return settled == RunOutcome.Cancelled ? TelemetryNames.Cancelled : TelemetryNames.Failed;
        counters.CountStaleWrite();
        logger.LogWarning("{RunId} of {TaskId} ended {Outcome}, but the task has another owner or is gone; its end was not written.", run.RunId, claimed.Id, outcome);
        return TelemetryNames.Interrupted;
    }

    private async Task LeaveForNextProcessAsync(AgentTask claimed)
    {
        await openTexts.CheckpointAsync();
        logger.LogInformation("{TaskId} was at work when the server stopped; it goes on at the next start.", claimed.Id);
    }
}

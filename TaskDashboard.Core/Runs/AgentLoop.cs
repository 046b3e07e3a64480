using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The agent's turn: ask the model, make the tool calls that it wants, tell it the results, until it wants none. Everything that becomes
/// known is committed step by step; what is streaming is shown at once.
/// </summary>
/// <remarks>
/// A round is two commits: what the model said together with the calls that it wants (the intent, before any of them starts), and the results.
/// The last answer is committed together with the end of the run.
/// </remarks>
internal sealed class AgentLoop
{
    private static readonly TimeSpan ToolGrace = TimeSpan.FromSeconds(5);

    private readonly LiveRun run;
    private readonly RunRecorder recorder;
    private readonly Conversation conversation;
    private readonly IModelProvider provider;
    private readonly string model;
    private readonly IReadOnlyList<AgentTool> tools;
    private readonly RunLimits limits;
    private readonly RunSlots slots;
    private readonly EngineCounters counters;
    private readonly IdSource ids;
    private readonly TimeProvider time;
    private readonly ChatOptions options;
    private int steps;
    private int modelCalls;

    public AgentLoop(
        LiveRun run, RunRecorder recorder, Conversation conversation, IModelProvider provider, string model, IReadOnlyList<AgentTool> tools,
        LimitOptions limits, RunSlots slots, EngineCounters counters, IdSource ids, TimeProvider time)
    {
        this.run = run;
        this.recorder = recorder;
        this.conversation = conversation;
        this.provider = provider;
        this.model = model;
        this.tools = tools;
        this.limits = new RunLimits(limits);
        this.slots = slots;
        this.counters = counters;
        this.ids = ids;
        this.time = time;
        options = new ChatOptions { Tools = tools.Count == 0 ? null : [.. tools.Select(tool => tool.Function)] };
    }

    /// <summary>The model call that is under way, with what it has said: what a stop finds half done.</summary>
    public ModelStep? Unfinished { get; private set; }

    public int StepCount => steps;

    /// <summary>Runs to the agent's own end, which is on disk when this returns.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped, or has to leave.</exception>
    /// <exception cref="ProviderException">The model call failed for good.</exception>
    /// <exception cref="RunLimitException">A limit was reached.</exception>
    /// <exception cref="OwnershipLostException">Another run owns the task.</exception>
    public async Task RunAsync()
    {
        while (true)
        {
            await PauseAsync();
            await ReadInboxAsync(turnEnded: false);
            limits.BeforeModel(++modelCalls);
            var step = await AskModelAsync();
            if (step is null) continue; // Interrupted by a message, which the next round reads.

            if (step.Calls.Count > 0)
            {
                await CallToolsAsync(step);
                continue;
            }

            switch (await EndTurnAsync(step))
            {
                case TurnEnd.Completed: return;
                case TurnEnd.Parked: await ParkAsync(); break;
            }

            run.Leaving.ThrowIfCancellationRequested();
            await ReadInboxAsync(turnEnded: true);
        }
    }

    private async Task<ModelStep?> AskModelAsync()
    {
        var step = Unfinished = new ModelStep(recorder, ids, time, modelCalls);
        var token = await BeginStepAsync(run.Leaving);
        run.BeginCall();
        try
        {
            // A provider that does not come back when it is told to is left behind: nobody reads on what it says.
            var listening = ListenAsync(step, token);
            await listening.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            step.StopListening();
            if (run.Stop is not null) run.Acknowledge(time.GetUtcNow());
            if (run.Leaving.IsCancellationRequested) throw;
            await recorder.RecordAsync(new TaskChange
            {
                Log = Remember(step.Facts()),
                Steps = [step.ToStep(++steps, StepOutcome.Cancelled, "Interrupted by a message.")],
                Edit = AddUsage(step.Usage),
            });
            Close(step);
            return null;
        }

        step.MarkEnded();
        return step;
    }

    private async Task ListenAsync(ModelStep step, CancellationToken token)
    {
        var observer = new ModelCallNarrator(recorder, slots, run, step);
        await foreach (var update in provider.StreamAsync(model, conversation.Messages, options, observer, token).ConfigureAwait(false)) step.Take(update);
    }

    private async Task CallToolsAsync(ModelStep step)
    {
        var calls = step.Calls.ConvertAll(call => new ToolStep(call, tools, recorder.Task, ids, time, step.Number));
        var facts = Remember(step.Facts());
        limits.BeforeTools(calls);
        await recorder.RecordAsync(new TaskChange
        {
            Log = [.. facts, .. Remember(calls.ConvertAll(call => call.Intent))],
            Steps = [step.ToStep(++steps, StepOutcome.Success, null)],
            Edit = AddUsage(step.Usage),
            Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, Working(calls)),
        });
        Close(step);

        var results = await RunAllAsync(calls);
        run.Leaving.ThrowIfCancellationRequested();
        limits.AfterTools(results);
    }

    /// <summary>Makes the calls side by side; each result is on disk as soon as it is there.</summary>
    private async Task<IReadOnlyList<ToolStepResult>> RunAllAsync(List<ToolStep> calls)
    {
        run.BeginCalls(calls.Count);
        var token = await BeginStepAsync(run.Stopped);
        var running = calls.ConvertAll(call => RunOneAsync(call, token));
        var results = new ToolStepResult[calls.Count];
        var open = Enumerable.Range(0, calls.Count).ToList();
        using var grace = new CancellationTokenSource();
        await using var stopping = token.Register(() =>
        {
            if (run.Stop is not null) run.Acknowledge(time.GetUtcNow());
            grace.CancelAfter(ToolGrace);
        });
        while (open.Count > 0)
        {
            try
            {
                await Task.WhenAny(open.Select(index => running[index])).WaitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                // A tool that ignores its cancellation holds up nobody: it is left behind, and said to be.
            }

            var ended = open.FindAll(index => running[index].IsCompleted || grace.IsCancellationRequested);
            open.RemoveAll(ended.Contains);
            foreach (var index in ended) results[index] = running[index].IsCompleted ? await running[index] : Abandon(calls[index]);

            // The server stops: what was cut short stays in flight, and the next start tells the model that its outcome is unknown.
            if (run.Stop is { Kind: RunStopKind.Drain }) ended.RemoveAll(index => results[index] is { Begun: true, Outcome: StepOutcome.Cancelled or StepOutcome.Unknown });
            if (ended.Count == 0) continue;
            var batch = ended.ConvertAll(index => results[index]);
            await recorder.RecordAsync(new TaskChange
            {
                Log = batch.ConvertAll(result => result.Fact),
                Steps = batch.ConvertAll(result => result.Step with { Index = ++steps }),
                Transition = open.Count == 0
                    ? RunChanges.Answering
                    : new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, Working(open.ConvertAll(index => calls[index]))),
            });
        }

        // A call that was cut short while it waited for others has not taken the slot back.
        await slots.RegainAsync(recorder.Task, run, run.Leaving);

        // The model gets the results in the order of its calls, whichever ended first.
        Remember([.. results.Select(result => result.Fact)]);
        return results;
    }

    private async Task<ToolStepResult> RunOneAsync(ToolStep call, CancellationToken token)
    {
        var result = await call.RunAsync(run, token);
        if (run.EndToolCall()) slots.Yield(run);
        return result;
    }

    private ToolStepResult Abandon(ToolStep call)
    {
        counters.CountAbandonedCall();
        return call.Abandoned();
    }

    private async Task<TurnEnd> EndTurnAsync(ModelStep step)
    {
        var facts = step.Facts();
        var ended = step.ToStep(++steps, StepOutcome.Success, null);
        var whole = new RunFacts { Log = facts, Steps = [ended], Unsaved = step.Usage };
        var said = new TaskChange { Log = facts, Steps = [ended], Edit = AddUsage(step.Usage) };
        var outcome = await recorder.EndTurnAsync(
            task => RunChanges.End(task, new RunEnd(RunOutcome.Completed, run.Cause), whole),
            children => said with { Transition = RunChanges.WaitingFor(children) });

        // A message came in while the last words were written: they are committed, and the run goes on with the message.
        if (outcome == TurnEnd.GoesOn) await recorder.RecordAsync(said);
        if (outcome != TurnEnd.Completed) Remember(facts);
        Close(step);
        return outcome;
    }

    /// <summary>Waits without a slot until something is in the inbox: the end of a child, or a message.</summary>
    private async Task ParkAsync()
    {
        slots.Yield(run);
        while ((await recorder.InboxAsync()).Count == 0)
        {
            await run.WhenWokenAsync();
            run.Leaving.ThrowIfCancellationRequested();
        }

        await slots.RegainAsync(recorder.Task, run, run.Leaving);
    }

    /// <summary>What the step said is on disk.</summary>
    private void Close(ModelStep step)
    {
        step.Close();
        Unfinished = null;
    }

    private async Task ReadInboxAsync(bool turnEnded)
    {
        if (!(await recorder.InboxAsync()).Any(message => message.IsDue(turnEnded))) return;

        List<LogEntry> read = [];
        await recorder.RecordAsync(task =>
        {
            var change = Inbox.Read(task, run.RunId, modelCalls + 1, turnEnded);
            read = [.. change?.Log ?? []];
            return change is null ? null : change with { Transition = RunChanges.Answering };
        });
        Remember(read);
    }

    private async Task PauseAsync()
    {
        if (!run.PauseRequested) return;
        await recorder.RecordAsync(new TaskChange
        {
            Transition = new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.Paused, "Paused. Resume it to let it go on."),
        });
        slots.Yield(run);
        await run.WhilePausedAsync();
        run.Leaving.ThrowIfCancellationRequested();
        await slots.RegainAsync(recorder.Task, run, run.Leaving);
        await recorder.LeaveWaitAsync(ReasonCodes.Paused, RunChanges.Answering);
    }

    private async ValueTask<CancellationToken> BeginStepAsync(CancellationToken ending)
    {
        var token = run.BeginStep(ending);

        // A message that came just before rang when there was no step to interrupt.
        if ((await recorder.InboxAsync()).Any(message => message.Mode == MessageMode.Interrupt)) run.Wake(interrupts: true);
        return token;
    }

    private List<LogEntry> Remember(List<LogEntry> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.Entry is { } entry) conversation.Add(entry);
        }

        return facts;
    }

    private static Func<AgentTask, AgentTask> AddUsage(TaskUsage usage) => task => task with { Usage = task.Usage.Add(usage) };

    private static string Working(List<ToolStep> calls) =>
        calls.Count == 1 ? $"{calls[0].Title}." : $"{calls.Count} tools are at work: {string.Join(", ", calls.Select(call => call.Title))}.";
}

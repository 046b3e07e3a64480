using Microsoft.Extensions.AI;
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
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;
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
internal sealed partial class AgentLoop
{
    private readonly LiveRun run;
    private readonly RunRecorder recorder;
    private readonly Conversation conversation;
    private readonly IModelProvider provider;
    private readonly string model;
    private readonly List<AgentTool> tools;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<AgentTool>>> moreTools;
    private readonly RunLimits limits;
    private readonly PriceTable prices;
    private readonly CallBudget budget;
    private readonly CallAdmission admissions;
    private readonly RunSlots slots;
    private readonly ToolRound round;
    private readonly IdSource ids;
    private readonly TimeProvider time;
    private readonly CallPrecautions precautions;
    private readonly ExchangeRecorder exchanges;
    private readonly Compaction compaction;
    private readonly ChatOptions options;
    private int steps;
    private int modelCalls;

    public AgentLoop(
        LiveRun run, RunRecorder recorder, Conversation conversation, IModelProvider provider, string model, IReadOnlyList<AgentTool> tools,
        Func<CancellationToken, ValueTask<IReadOnlyList<AgentTool>>> moreTools, CallAdmission admissions, RequestWait waiting, LimitOptions limits, PriceTable prices, CallBudget budget, RunSlots slots, EngineCounters counters, IdSource ids, TimeProvider time, CallPrecautions precautions, ExchangeRecorder exchanges, Compaction compaction)
    {
        this.run = run;
        this.recorder = recorder;
        this.conversation = conversation;
        this.provider = provider;
        this.model = model;
        this.tools = [.. tools];
        this.moreTools = moreTools;
        this.limits = new RunLimits(run.Agent, limits);
        this.prices = prices;
        this.budget = budget;
        this.admissions = admissions;
        this.slots = slots;
        round = new ToolRound(run, recorder, waiting, slots, counters, time);
        this.ids = ids;
        this.time = time;
        this.precautions = precautions;
        this.exchanges = exchanges;
        this.compaction = compaction;
        options = new ChatOptions { Tools = tools.Count == 0 ? null : [.. tools.Select(tool => tool.Function)] };
    }

    /// <summary>The model call that is under way, with what it has said: what a stop finds half done.</summary>
    public ModelStep? Unfinished { get; private set; }

    public int StepCount => steps;

    /// <inheritdoc cref="RunBudget.CostIsUnknown"/>
    public bool CostIsUnknown => limits.CostIsUnknown;

    /// <summary>Runs to the agent's own end, which is on disk when this returns.</summary>
    /// <param name="left">Calls that an earlier run of the turn has left waiting: they are made first.</param>
    /// <exception cref="OperationCanceledException">The run was stopped, or has to leave.</exception>
    /// <exception cref="ProviderException">The model call failed for good.</exception>
    /// <exception cref="RunLimitException">A limit was reached.</exception>
    /// <exception cref="OwnershipLostException">Another run owns the task.</exception>
    public async Task RunAsync(List<ToolStep> left)
    {
        if (left.Count > 0) await MakeAsync(left);
        while (true)
        {
            await PauseAsync();
            await ReadInboxAsync(turnEnded: false);
            if (compaction.IsDue(conversation, options.Tools))
            {
                await CompactAsync();
                continue;
            }

            limits.BeforeModel(++modelCalls);
            var hold = await budget.EnterAsync(run, recorder, async () => CallSize.Of(await conversation.ForCallAsync(run.Leaving), options.Tools), options);
            var step = await AskModelAsync(new ModelStep(recorder, limits, prices, ids, time, modelCalls) { Hold = hold, Tape = exchanges.Begin() }, conversation.ForCallAsync, options);
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

    private async Task<ModelStep?> AskModelAsync(ModelStep step, Func<CancellationToken, ValueTask<IReadOnlyList<ChatMessage>>> messages, ChatOptions with)
    {
        Unfinished = step;
        var token = await recorder.BeginStepAsync(run, run.Leaving);
        run.BeginCall();
        var span = precautions.Telemetry.StartModelCall(recorder.Task, run, provider, model, modelCalls);
        try
        {
            // A provider that does not come back when it is told to is left behind: nobody reads on what it says.
            var listening = ListenAsync(step, span, messages, with, token);
            await listening.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            step.StopListening();
            span.End(step, TelemetryNames.Cancelled);
            if (run.Stop is not null) run.Acknowledge(time.GetUtcNow());
            if (run.Leaving.IsCancellationRequested) throw;
            limits.AfterModel(step.Usage);
            var said = new TaskChange
            {
                Log = Remember(step.Facts()),
                Steps = [step.ToStep(++steps, StepOutcome.Cancelled, "Interrupted by a message.")],
                Edit = AddUsage(step.Usage),
            };

            // A call that waited for its rate limit had given the slot up.
            await slots.RegainAsync(recorder.Task, run, run.Leaving);
            await recorder.RecordAsync(task => task.Status == AgentTaskStatus.Waiting ? said with { Transition = RunChanges.Answering } : said);
            Close(step);
            return null;
        }
        catch (Exception failure)
        {
            span.End(step, TelemetryNames.Failed, ErrorTypes.Of(failure));
            throw;
        }

        span.End(step, TelemetryNames.Completed);
        step.MarkEnded();
        limits.AfterModel(step.Usage);
        compaction.Note(step.Usage);
        return step;
    }

    private async Task ListenAsync(ModelStep step, ModelCallSpan span, Func<CancellationToken, ValueTask<IReadOnlyList<ChatMessage>>> messages, ChatOptions with, CancellationToken token)
    {
        var observer = new ModelCallNarrator(recorder, slots, run, step, span);
        var sent = await messages(token).ConfigureAwait(false);
        step.Tape?.Send(sent, with);
        try
        {
            await foreach (var update in provider.StreamAsync(model, sent, with, observer, token).ConfigureAwait(false)) step.Take(update);
        }
        catch (ProviderException failure)
        {
            if (step.Tape is { } tape) tape.Failure = failure;
            throw;
        }
    }

    private async Task CallToolsAsync(ModelStep step)
    {
        var calls = step.Calls.ConvertAll(call => new ToolStep(call, tools, recorder, ids, time, precautions, step.Number));
        var facts = Remember(step.Facts());
        limits.BeforeTools(calls);
        var intents = Remember(calls.ConvertAll(call => call.Intent));
        var said = step.ToStep(++steps, StepOutcome.Success, null);
        foreach (var call in calls) await call.AdmitAsync(admissions, run.Leaving);
        var requests = calls.Select(call => call.Request).OfType<TaskRequest>().ToList();
        foreach (var request in requests) run.Requests.Open(request.RequestId);
        await recorder.RecordAsync(task => new TaskChange
        {
            Log = [.. facts, .. intents],
            Steps = [said],
            OpenRequests = requests,
            Edit = AddUsage(step.Usage),
            Transition = ToolRound.AtWork(task with { OpenRequests = requests }, calls),
        });
        Close(step);
        foreach (var call in calls) await call.ReconsiderAsync(admissions, run.Leaving);
        await MakeAsync(calls);
    }

    private async Task MakeAsync(List<ToolStep> calls)
    {
        var results = await round.RunAsync(calls, steps);
        steps += calls.Count;

        // The model gets the results in the order of its calls, whichever ended first.
        Remember([.. results.Select(result => result.Fact)]);
        run.Leaving.ThrowIfCancellationRequested();
        limits.AfterTools(results);
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

    /// <summary>What the step said is on disk.</summary>
    private void Close(ModelStep step)
    {
        step.Close();
        Unfinished = null;
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
}

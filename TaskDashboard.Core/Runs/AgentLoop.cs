using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
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
    private readonly IdSource ids;
    private readonly TimeProvider time;
    private readonly ChatOptions options;
    private int steps;
    private int modelCalls;

    public AgentLoop(
        LiveRun run, RunRecorder recorder, Conversation conversation, IModelProvider provider, string model, IReadOnlyList<AgentTool> tools,
        LimitOptions limits, IdSource ids, TimeProvider time)
    {
        this.run = run;
        this.recorder = recorder;
        this.conversation = conversation;
        this.provider = provider;
        this.model = model;
        this.tools = tools;
        this.limits = new RunLimits(limits);
        this.ids = ids;
        this.time = time;
        options = new ChatOptions { Tools = tools.Count == 0 ? null : [.. tools.Select(tool => tool.Function)] };
    }

    /// <summary>Tokens of the run so far, as far as they are on disk.</summary>
    public TaskUsage Usage { get; private set; } = TaskUsage.None;

    /// <summary>The model call that is under way, with what it has said: what a stop finds half done.</summary>
    public ModelStep? Unfinished { get; private set; }

    public int StepCount => steps;

    /// <summary>Runs to the agent's own end, which is on disk when this returns.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
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

            if (await TryFinishAsync(step)) return;
            await run.WhenMessageAsync();
            run.Stopped.ThrowIfCancellationRequested();
            await ReadInboxAsync(turnEnded: true);
        }
    }

    private async Task<ModelStep?> AskModelAsync()
    {
        run.Stopped.ThrowIfCancellationRequested();
        var step = Unfinished = new ModelStep(recorder, ids, time, modelCalls);
        var token = run.BeginStep();
        try
        {
            var observer = new ModelCallNarrator(recorder, step);
            await foreach (var update in provider.StreamAsync(model, conversation.Messages, options, observer, token).ConfigureAwait(false)) step.Take(update);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested && !run.Stopped.IsCancellationRequested)
        {
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
        run.Stopped.ThrowIfCancellationRequested();
        limits.AfterTools(results);
    }

    /// <summary>Makes the calls side by side; each result is on disk as soon as it is there.</summary>
    private async Task<IReadOnlyList<ToolStepResult>> RunAllAsync(List<ToolStep> calls)
    {
        var token = run.BeginStep();
        var running = calls.ConvertAll(call => call.RunAsync(token));
        var results = new ToolStepResult[calls.Count];
        var open = Enumerable.Range(0, calls.Count).ToList();
        using var grace = new CancellationTokenSource();
        await using var stopping = token.Register(() => grace.CancelAfter(ToolGrace));
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
            foreach (var index in ended) results[index] = running[index].IsCompleted ? await running[index] : calls[index].Abandoned();

            // The server stops: what was cut short stays in flight, and the next start tells the model that its outcome is unknown.
            if (run.Stop is { Kind: RunStopKind.Drain }) ended.RemoveAll(index => results[index].Outcome is StepOutcome.Cancelled or StepOutcome.Unknown);
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

        // The model gets the results in the order of its calls, whichever ended first.
        Remember([.. results.Select(result => result.Fact)]);
        return results;
    }

    private async Task<bool> TryFinishAsync(ModelStep step)
    {
        var facts = step.Facts();
        var ended = step.ToStep(++steps, StepOutcome.Success, null);
        var end = new RunEnd(RunOutcome.Completed, run.Cause);
        var usage = Usage.Add(step.Usage);
        if (await recorder.TryCompleteAsync(task => RunChanges.End(task, end, facts, [ended], usage, step.Usage)))
        {
            Close(step);
            return true;
        }

        // A message came in while the last words were written: they are committed, and the run goes on with the message.
        await recorder.RecordAsync(new TaskChange { Log = Remember(facts), Steps = [ended], Edit = AddUsage(step.Usage) });
        Close(step);
        return false;
    }

    /// <summary>What the step said is on disk.</summary>
    private void Close(ModelStep step)
    {
        Usage = Usage.Add(step.Usage);
        step.Close();
        Unfinished = null;
    }

    private async Task ReadInboxAsync(bool turnEnded)
    {
        var messages = run.TakeMessages(turnEnded);
        if (messages.Count == 0) return;

        var facts = messages.Select(message =>
        {
            var read = message.Entry with { State = EntryState.Read, RunId = run.RunId, Step = modelCalls + 1 };
            return new LogEntry(new MessageData(read.MessageId, EntryRole.User, read.Text) { State = EntryState.Read }, read);
        }).ToList();
        await recorder.RecordAsync(new TaskChange
        {
            Log = Remember(facts),
            Edit = task => task with { UnreadMessages = Math.Max(0, task.UnreadMessages - facts.Count) },
            Transition = RunChanges.Answering,
        });
    }

    private async Task PauseAsync()
    {
        if (!run.PauseRequested) return;
        await recorder.RecordAsync(new TaskChange
        {
            Transition = new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.Paused, "Paused. Resume it to let it go on."),
        });
        await run.WhilePausedAsync();
        run.Stopped.ThrowIfCancellationRequested();
        await recorder.LeavePauseAsync();
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

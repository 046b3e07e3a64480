using System.Globalization;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Runs;

/// <summary>One tool call of a run. Its intent is on disk before it starts, its result when it has ended.</summary>
internal sealed class ToolStep
{
    /// <summary>Longest result that is kept, in UTF-16 units.</summary>
    public const int MaxResultLength = 256 * 1024;

    /// <summary>What a call that was never begun says.</summary>
    public const string NotStarted = "Not started: the run was stopped.";

    private readonly FunctionCallContent call;
    private readonly AgentTool? tool;
    private readonly IReadOnlyList<AgentTool> offered;
    private readonly AgentTask task;
    private readonly IdSource ids;
    private readonly TimeProvider time;
    private readonly CallPrecautions precautions;
    private readonly int modelStep;
    private readonly string? askedInRun;
    private readonly CallProgress progress;
    private Admission admission = Admission.Free;
    private volatile ToolCallSpan? span;
    private DateTimeOffset startedAt;
    private long startedTimestamp;
    private volatile bool begun;

    public ToolStep(FunctionCallContent call, IReadOnlyList<AgentTool> offered, RunRecorder recorder, IdSource ids, TimeProvider time, CallPrecautions precautions, int modelStep)
    {
        task = recorder.Task;
        this.call = call;
        this.offered = offered;
        this.ids = ids;
        this.time = time;
        this.precautions = precautions;
        this.modelStep = modelStep;
        tool = offered.FirstOrDefault(candidate => candidate.Name == call.Name);
        CallId = string.IsNullOrEmpty(call.CallId) ? ids.NewCall() : call.CallId;
        progress = new CallProgress(CallId, recorder, time, precautions.Secrets);
        Arguments = ModelStep.ArgumentsOf(call).GetRawText();
        Title = tool is null ? call.Name : DescribeCall(tool, call);
    }

    /// <summary>A call that an earlier run has written down and never let go, for this run to make.</summary>
    /// <param name="intent">The call as the transcript has it.</param>
    /// <param name="request">What it waits for; null when that is not known.</param>
    /// <param name="offered">The tools of this run.</param>
    /// <param name="recorder">Writes what this run finds out.</param>
    /// <param name="ids">Makes ids.</param>
    /// <param name="time">The clock.</param>
    /// <param name="precautions">What is done around every call.</param>
    public ToolStep(ChatEntry intent, TaskRequest? request, IReadOnlyList<AgentTool> offered, RunRecorder recorder, IdSource ids, TimeProvider time, CallPrecautions precautions)
        : this(new FunctionCallContent(intent.CallId!, intent.ToolName!, Conversation.Arguments(intent.Text)), offered, recorder, ids, time, precautions, intent.Step)
    {
        // Its result stands with the call, whichever run makes it.
        askedInRun = intent.RunId;
        admission = new Admission(request, request is null ? LeftWork.UnknownOutcome : null);
    }

    public string CallId { get; }

    /// <summary>As JSON.</summary>
    public string Arguments { get; }

    public string Title { get; }

    public string Name => call.Name;

    /// <summary>What it waits for before it is made; null for nothing.</summary>
    public TaskRequest? Request => admission.Request;

    /// <summary>True while it waits for a person.</summary>
    public bool Waits => Request is not null && !begun;

    /// <summary>What makes two calls the same to the limit on repeated ones.</summary>
    public string Signature => $"{Name}\n{Arguments}";

    public LogEntry Intent => new(
        new ToolUseData(CallId, Name, ModelStep.ArgumentsOf(call), Title),
        Entry(EntryRole.ToolUse, Arguments));

    /// <summary>Is this the stored result of a call of which it is certain that it was never begun?</summary>
    public static bool IsNotStarted(ChatEntry result) => result.Text == $"Error: {NotStarted}";

    /// <summary>Finds out what it has to wait for, before its intent is written.</summary>
    public async ValueTask AdmitAsync(CallAdmission admissions, CancellationToken cancellationToken)
    {
        if (tool is null || call.Exception is not null) return;
        var admitted = await admissions.AdmitAsync(task, tool, CallId, Title, new AIFunctionArguments(call.Arguments), ModelStep.ArgumentsOf(call), cancellationToken);
        admission = admitted with { Request = admitted.Request is { } request ? request with { Step = modelStep } : null };
    }

    /// <summary>Looks again once its request is on disk.</summary>
    public ValueTask ReconsiderAsync(CallAdmission admissions, CancellationToken cancellationToken) =>
        tool is null ? ValueTask.CompletedTask : admissions.ReconsiderAsync(task, tool, admission, cancellationToken);

    /// <summary>Makes the call, once a person has let it go where it needs that. Never throws for what the tool does: that is its result.</summary>
    /// <exception cref="OwnershipLostException">Another run owns the task.</exception>
    public async Task<ToolStepResult> RunAsync(LiveRun run, RequestWait waiting, RunRecorder recorder, CancellationToken cancellationToken)
    {
        Start();
        if (tool is null) return NotMade(run, "tool_not_found", $"There is no tool {Name}. There are: {string.Join(", ", offered.Select(one => one.Name))}.");
        if (call.Exception is { } malformed) return NotMade(run, "invalid_arguments", $"The arguments are not valid: {malformed.Message}");
        if (admission.Refusal is { } refusal) return NotMade(run, "refused", refusal, askedInRun is null ? StepOutcome.Error : StepOutcome.Unknown);
        RequestResolvedData? answer = null;
        var hasBegun = false;
        try
        {
            if (Request is { } request)
            {
                answer = await waiting.WaitAsync(run, task, request.RequestId, cancellationToken);
                if (answer is null) return Left();
                if (PersonsWord.Refusal(answer) is { } denied) return NotMade(run, "denied", denied);
            }

            cancellationToken.ThrowIfCancellationRequested();
            run.BeginCall();
            hasBegun = true;
            if (Request is { Kind: RequestKind.Approval } allowed)
            {
                // Behind BeginCall: what the ledger has as let go is not turned back any more by a server that stops, and asked for again.
                await BeginAsync(allowed, recorder);
                cancellationToken.ThrowIfCancellationRequested();
                if (run.Stop is not null) throw new OperationCanceledException(run.Stopped);
            }

            begun = true;
        }
        catch (OperationCanceledException) when (answer is not null && !hasBegun && run.IsLeaving && run.Stop is null or { Kind: RunStopKind.Drain })
        {
            // It was answered in the moment in which the server stops: the answer holds, and the next process makes the call.
            return Left();
        }
        catch (OperationCanceledException)
        {
            return Result(StepOutcome.Cancelled, NotStarted);
        }

        return await InvokeAsync(tool, run, answer, cancellationToken);
    }

    /// <summary>The call is not let go; its span says so.</summary>
    private ToolStepResult NotMade(LiveRun run, string why, string content, StepOutcome outcome = StepOutcome.Error)
    {
        precautions.Telemetry.StartToolCall(task, run, tool?.Name, CallId).End(outcome, why);
        return Result(outcome, content);
    }

    private ToolStepResult Left() => Result(StepOutcome.Cancelled, NotStarted) with { IsLeft = true };

    private void Start() => (startedAt, startedTimestamp) = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>On disk before the call is let go: after a crash it is known that it may have had its effect.</summary>
    private async Task BeginAsync(TaskRequest request, RunRecorder recorder)
    {
        await recorder.RecordAsync(new TaskChange
        {
            BeginRequests = [request.RequestId],
            Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, ToolRound.Working([this])),
        });
        Start();
    }

    private async Task<ToolStepResult> InvokeAsync(AgentTool callee, LiveRun run, RequestResolvedData? answer, CancellationToken cancellationToken)
    {
        var made = span = precautions.Telemetry.StartToolCall(task, run, callee.Name, CallId);
        try
        {
            Lineage.Enter(new Lineage(task.Id, run.RunId, run.Agent.Id, CallId) { Run = run, Answer = answer, Progress = progress, Span = made });
            var arguments = answer?.Arguments is { } changed ? Conversation.Arguments(changed.GetRawText()) : call.Arguments;

            await precautions.PrepareAsync(task, callee, cancellationToken);

            // On a thread of the pool: a tool that blocks must not hold up its siblings, which start right behind it.
            var result = await Task.Run(() => callee.Function.InvokeAsync(new AIFunctionArguments(arguments), cancellationToken).AsTask(), cancellationToken);
            var content = PersonsWord.Before(answer) + Shorten(precautions.Secrets.Redact(result?.ToString() ?? ""));
            made.End(StepOutcome.Success);
            return Result(StepOutcome.Success, content);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            made.End(StepOutcome.Cancelled);
            return Result(StepOutcome.Cancelled, "Stopped before it was done.");
        }
#pragma warning disable CA1031 // Whatever a tool throws is an answer to the model, and is shown to people.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            made.End(StepOutcome.Error, ErrorTypes.Of(exception));
            return Result(StepOutcome.Error, PersonsWord.Before(answer) + Shorten(precautions.Secrets.Redact(exception.Message)));
        }
    }

    /// <summary>The call did not come to an end in time after a stop, and was left behind: nobody knows what it did.</summary>
    public ToolStepResult Abandoned()
    {
        span?.End(StepOutcome.Unknown, "abandoned");
        return Result(StepOutcome.Unknown, "Still at work when the run ended; its outcome is unknown.");
    }

    /// <summary>A tool that gives back a whole disk must not end up in the log, in every viewer and in the model's window.</summary>
    private static string Shorten(string answer)
    {
        if (answer.Length <= MaxResultLength) return answer;
        var end = char.IsHighSurrogate(answer[MaxResultLength - 1]) ? MaxResultLength - 1 : MaxResultLength;
        return string.Create(CultureInfo.InvariantCulture, $"{answer.AsSpan(0, end)}\n\n… cut off here: the result has {answer.Length:N0} characters, and {MaxResultLength:N0} are kept.");
    }

    private ToolStepResult Result(StepOutcome outcome, string content)
    {
        progress.Close();

        // Before it becomes a fact: what is in the log is in every viewer, in the search, and with the model.
        content = precautions.Secrets.Redact(content);
        var duration = (long)time.GetElapsedTime(startedTimestamp).TotalMilliseconds;
        var entry = Entry(EntryRole.ToolResult, outcome == StepOutcome.Success ? content : $"Error: {content}") with
        {
            ToolStatus = outcome.ToString().ToLowerInvariant(),
        };
        return new ToolStepResult(
            this,
            outcome,
            begun,
            new LogEntry(new ToolResultData(CallId, outcome, content, duration), entry),
            new RunStep
            {
                StepId = ids.NewStep(),
                RunId = task.RunId!,
                Kind = StepKind.Tool,
                Name = Name,
                StartedAt = startedAt,
                DurationMs = duration,
                CallId = CallId,
                Outcome = outcome,
                Error = outcome == StepOutcome.Success ? null : content,
            });
    }

    private ChatEntry Entry(EntryRole role, string text) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        RunId = askedInRun ?? task.RunId,
        Role = role,
        Text = text,
        ToolName = Name,
        CallId = CallId,
        Step = modelStep,
        State = EntryState.Read,
    };

    private static string DescribeCall(AgentTool tool, FunctionCallContent call)
    {
        var title = tool.Title(new AIFunctionArguments(call.Arguments));
        return title.Length <= 200 ? title : string.Concat(title.AsSpan(0, 199), "…");
    }
}

/// <summary>How a tool call ended, ready to be written.</summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Begun">False when it was never started, and so cannot have had an effect.</param>
/// <param name="Fact">For log and transcript.</param>
/// <param name="Step">For the run.</param>
internal sealed record ToolStepResult(ToolStep Call, StepOutcome Outcome, bool Begun, LogEntry Fact, RunStep Step)
{
    /// <summary>It still waits for a person; the next process goes on with that. Nothing is to be written.</summary>
    public bool IsLeft { get; init; }
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// One model call while its answer streams in: hands every piece of text on to viewers at once, and gathers what becomes durable at its end.
/// </summary>
internal sealed class ModelStep(RunRecorder recorder, RunLimits limits, PriceTable prices, IdSource ids, TimeProvider time, int number)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private readonly long startedTimestamp = time.GetTimestamp();
    private Part? text;
    private Part? thought;
    private readonly Lock gate = new();
    private TimeSpan? firstToken;
    private long characters;
    private bool ended;
    private bool closed;

    /// <summary>Tool calls that the model asked for, in its order.</summary>
    public List<FunctionCallContent> Calls { get; } = [];

    public TaskUsage Usage { get; private set; } = TaskUsage.None;

    /// <summary>What came of the attempts before the one that is heard.</summary>
    public CallAttempts Attempts { get; } = new(time);

    /// <summary>The time from the begin of the call to the first of its answer; null while there is none.</summary>
    public TimeSpan? FirstToken => firstToken;

    /// <summary>The model that says to have answered; null while none has.</summary>
    public string? ResponseModel { get; private set; }

    /// <summary>The provider's own id of the answer; null where it has none.</summary>
    public string? ResponseId { get; private set; }

    /// <summary>Why the model stopped, in the provider's word; null while it has not.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>How often the provider was asked again before the first token.</summary>
    public int Retries => Attempts.Retries;

    /// <summary>What is set aside for it; null where no budget is for the task.</summary>
    public BudgetHold? Hold { get; init; }

    /// <summary>Takes down what is sent and what comes back; null where nothing is recorded.</summary>
    public ExchangeTape? Tape { get; init; }

    /// <summary>It is asked for a summary: nobody watches that being written, and half of one is none.</summary>
    public bool IsSummary { get; init; }

    /// <summary>The model call's number in its run.</summary>
    public int Number => number;

    /// <summary>Takes in a piece of the answer.</summary>
    /// <exception cref="OperationCanceledException">Nobody listens any more.</exception>
    /// <exception cref="RunLimitException">The answer is too long with it; the piece is not taken in.</exception>
    public void Take(ChatResponseUpdate update)
    {
        lock (gate)
        {
            if (closed) throw new OperationCanceledException();
            ResponseModel ??= update.ModelId;
            ResponseId ??= update.ResponseId;
            FinishReason = update.FinishReason?.Value ?? FinishReason;
            foreach (var content in update.Contents) Take(content);
            if (update.FinishReason is { } reason) Tape?.Other(reason);
        }
    }

    /// <summary>Whether what the provider says is still heard.</summary>
    public bool IsListening
    {
        get { lock (gate) return !closed; }
    }

    /// <summary>Does something, unless nobody listens any more; never both at once.</summary>
    public void WhileListening(Action act)
    {
        lock (gate)
        {
            if (!closed) act();
        }
    }

    /// <summary>Whatever the provider still says is not heard: the step is as it is.</summary>
    public void StopListening()
    {
        lock (gate) closed = true;
    }

    private void Take(AIContent content)
    {
        switch (content)
        {
            case TextReasoningContent or FunctionCallContent when IsSummary:
                break;
            case TextReasoningContent reasoning:
                Append(ref thought, EntryRole.Thought, reasoning.Text);
                if (reasoning.ProtectedData is { } data)
                {
                    thought!.ProviderData = data;
                    Tape?.Other(data);
                }

                break;
            case TextContent piece:
                Append(ref text, IsSummary ? EntryRole.Summary : EntryRole.Assistant, piece.Text);
                break;
            case FunctionCallContent call:
                limits.InAnswer(characters += ArgumentsOf(call).GetRawText().Length);
                firstToken ??= time.GetElapsedTime(startedTimestamp);
                Calls.Add(WithOwnId(call));
                Tape?.Other(call);
                break;
            case UsageContent { Details: var details }:
                Tape?.Other(details);
                var used = new TaskUsage(Believable(details.InputTokenCount), Believable(details.OutputTokenCount), Believable(details.CachedInputTokenCount), null);
                Usage = Usage.Add(used with { Cost = prices.Estimate(recorder.Model, used, startedAt) });
                break;
        }
    }

    /// <summary>Some models give calls of one answer the same id: what becomes of each, and what people say to it, must not be taken for the other's.</summary>
    private FunctionCallContent WithOwnId(FunctionCallContent call) =>
        !string.IsNullOrEmpty(call.CallId) && Calls.Exists(known => known.CallId == call.CallId)
            ? new FunctionCallContent(ids.NewCall(), call.Name, call.Arguments) { Exception = call.Exception }
            : call;

    /// <summary>Says that the answer came to its own end; without this, what it said counts as cut off.</summary>
    public void MarkEnded() => ended = true;

    /// <summary>What the call has said, for the log and the transcript: thought, text, usage.</summary>
    public List<LogEntry> Facts()
    {
        var facts = new List<LogEntry>(4);
        if (thought is { } inner)
        {
            var duration = (long)(text?.Began ?? time.GetElapsedTime(startedTimestamp)).TotalMilliseconds;
            facts.Add(new LogEntry(new ThoughtData(inner.Entry.MessageId, inner.Text) { DurationMs = duration }, inner.ToEntry(number)));
        }

        if (text is { IsEmpty: false } said && (ended || !IsSummary))
        {
            facts.Add(new LogEntry(new MessageData(said.Entry.MessageId, said.Entry.Role, said.Text) { Partial = !ended }, said.ToEntry(number)));
        }

        if (Usage != TaskUsage.None) facts.Add(new LogEntry(new UsageData(Usage.Input, Usage.Output, Usage.Cached, Usage.Cost)));
        return facts;
    }

    /// <summary>The facts are on disk: nobody needs the streaming copies any more, and what it cost is charged.</summary>
    public void Close()
    {
        Hold?.Dispose();
        Tape?.Close();
        if (thought is { } inner) recorder.Close(inner.Entry);
        if (text is { } said) recorder.Close(said.Entry);
    }

    public RunStep ToStep(int index, StepOutcome outcome, string? error) => new()
    {
        StepId = ids.NewStep(),
        RunId = recorder.Task.RunId!,
        Index = index,
        Kind = StepKind.Model,
        Name = recorder.Model,
        StartedAt = startedAt,
        DurationMs = (long)time.GetElapsedTime(startedTimestamp).TotalMilliseconds,
        FirstTokenMs = firstToken is { } first ? (long)first.TotalMilliseconds : null,
        Usage = Usage,
        Retries = Attempts.Retries,
        Attempts = Attempts.ToList(),
        Outcome = outcome,
        Error = error,
        Exchange = Tape?.Finish(recorder.Model, new TapeEnd(text?.Text, thought?.Text, ended, ErrorOf(outcome, error))),
    };

    private ExchangeError? ErrorOf(StepOutcome outcome, string? error) =>
        Tape?.Failure is { } failure ? new ExchangeError(failure.Code, failure.Message, failure.Retryable)
        : outcome == StepOutcome.Error ? new ExchangeError(null, error ?? "", false)
        : null;

    /// <summary>The arguments of a call as JSON; an empty object where the model sent none, or what is no text.</summary>
    public static JsonElement ArgumentsOf(FunctionCallContent call)
    {
        try
        {
            var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, object?>(), ArgumentOptions);
            RequireText(arguments);
            return arguments;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            // Such as one half of a surrogate pair, which JSON can spell and nobody can store: the model is told, and the call is not made.
            call.Exception ??= failure;
            call.Arguments = null;
            return JsonSerializer.SerializeToElement(new Dictionary<string, object?>(), ArgumentOptions);
        }
    }

    /// <exception cref="InvalidOperationException">A string in it is none.</exception>
    private static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String: _ = element.GetString(); break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) RequireText(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    RequireText(property.Value);
                }

                break;
        }
    }

    /// <summary>Numbers that a provider makes up must not break sums.</summary>
    private static long Believable(long? tokens) => Math.Clamp(tokens ?? 0, 0, 1_000_000_000_000);

    private static readonly JsonSerializerOptions ArgumentOptions = new() { Encoder = EventJson.Options.Encoder };

    private void Append(ref Part? part, EntryRole role, string piece)
    {
        if (piece.Length == 0 && part is not null) return;
        limits.InAnswer(characters += piece.Length);
        firstToken ??= time.GetElapsedTime(startedTimestamp);
        part ??= new Part(NewEntry(role), time.GetElapsedTime(startedTimestamp));
        part.Append(piece);
        if (role == EntryRole.Thought) Tape?.Thought(piece.Length);
        else Tape?.Text(piece.Length);
        if (!IsSummary) recorder.Append(part.Entry, piece);
    }

    private ChatEntry NewEntry(EntryRole role) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = recorder.Task.Id,
        ChatId = recorder.Task.ChatId,
        SessionId = recorder.Task.SessionId,
        RunId = recorder.Task.RunId,
        Role = role,
        Text = "",
        Step = number,
        State = EntryState.Read,
    };

    private sealed class Part(ChatEntry entry, TimeSpan began)
    {
        private readonly StringBuilder text = new();

        public ChatEntry Entry { get; } = entry;

        /// <summary>How long after the start of the call.</summary>
        public TimeSpan Began { get; } = began;

        public string? ProviderData { get; set; }

        public bool IsEmpty => text.Length == 0;

        public string Text => text.ToString();

        public void Append(string piece) => text.Append(piece);

        public ChatEntry ToEntry(int step) => Entry with { Text = Text, Step = step, ProviderData = ProviderData };
    }
}

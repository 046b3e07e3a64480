using System.Globalization;
using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>Stores a log in which everything happens that a log can tell of, by chance and beside one another: the same for the same seed.</summary>
internal sealed class MixedLog(BareStore bare, int seed)
{
    private readonly Random chance = new(seed);
    private readonly TaskSeeder entries = new(bare.Store);
    private readonly Dictionary<string, (int Due, StepOutcome Outcome)> calls = [];
    private readonly List<(string Id, string Text, EntryRole Role, string? From)> waiting = [];
    private readonly List<string> children = [];
    private List<LogEntry> log = [];
    private AgentTask task = null!;
    private int number;

    /// <summary>Stores a task that has ended with such a log.</summary>
    public async Task<AgentTask> AddAsync(int events)
    {
        var taskId = await new TranscriptSeeder(bare.Store).AddAsync(10);
        task = (await bare.Store.Reader.FindAsync(taskId))!;
        while (task.LastSeq < events)
        {
            for (var count = 0; log.Count < 40; count++) Happen();
            await WriteAsync();
            if (chance.Next(4) == 0) await AskAsync();
        }

        foreach (var callId in calls.Keys.ToList()) Return(callId);
        log.Add(new LogEntry(new StatusData(AgentTaskStatus.Completed, null, null, AgentTaskStatus.Running)));
        await WriteAsync();
        return task;
    }

    private void Happen()
    {
        number++;
        foreach (var (callId, call) in calls.Where(call => call.Value.Due <= number).ToList()) Return(callId);
        switch (chance.Next(60))
        {
            case 0:
                // A long row of quiet steps, which folds to a line.
                for (var step = chance.Next(400); step > 0; step--) Step(StepOutcome.Success, 0);
                break;
            case < 20:
                Step(chance.Next(9) == 0 ? StepOutcome.Error : StepOutcome.Success, chance.Next(4) == 0 ? chance.Next(12) : 0);
                break;
            case < 26:
                Say(EntryRole.Thought, text => new ThoughtData(Entry(text, EntryRole.Thought).MessageId, text) { DurationMs = 10 * number });
                break;
            case < 32:
                Say(EntryRole.Assistant, text => new MessageData(Entry(text, EntryRole.Assistant).MessageId, EntryRole.Assistant, text));
                break;
            case < 36:
                Put(EntryRole.User, null);
                break;
            case < 44 when waiting.Count > 0:
                Take(waiting[chance.Next(waiting.Count)]);
                break;
            case < 47:
                ChildMoves();
                break;
            case < 49:
                log.Add(new LogEntry(new ErrorData("provider", $"It broke at {number}.", true)));
                if (chance.Next(2) == 0) log.Add(new LogEntry(new RunData(task.RunId ?? $"run_{number}", 1, RunCause.Start) { Outcome = RunOutcome.Failed, OutcomeText = $"It broke at {number}." }));
                break;
            case < 51:
                log.Add(new LogEntry(new RunData($"run_{number}", number, chance.Next(2) == 0 ? RunCause.Retry : RunCause.Message)));
                break;
            case < 54:
                log.Add(new LogEntry(new ProgressData($"At {number}", null)));
                break;
            default:
                log.Add(new LogEntry(new UsageData(100 + number, 10, 0, null)));
                break;
        }
    }

    private void Step(StepOutcome outcome, int takes)
    {
        var callId = Text($"call_{number++}");
        var arguments = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["path"] = $"Näme {number}", ["limit"] = number });
        log.Add(new LogEntry(new ToolUseData(callId, "read_file", arguments, $"Read {number}"), Entry("{}", EntryRole.ToolUse) with { CallId = callId, ToolName = "read_file" }));
        calls[callId] = (number + takes, outcome);
        if (takes == 0) Return(callId);
    }

    private void Return(string callId)
    {
        if (!calls.Remove(callId, out var call)) return;
        var entry = Entry($"Content of {callId}", EntryRole.ToolResult) with { CallId = callId, ToolName = "read_file" };
        log.Add(new LogEntry(new ToolResultData(callId, call.Outcome, $"Content of {callId}, 100% \"quoted\" and Ünlike", number % 100), entry));
    }

    private void Say(EntryRole role, Func<string, EventData> data)
    {
        var told = data(Text($"Said {number} of all"));
        var id = (told as MessageData)?.MessageId ?? ((ThoughtData)told).MessageId;
        log.Add(new LogEntry(told, Entry(Text($"Said {number} of all"), role) with { MessageId = id }));
    }

    private void Put(EntryRole role, string? from)
    {
        var text = Text($"Waits since {number}");
        var entry = Entry(text, role) with { State = EntryState.Stored, FromTaskId = from };
        waiting.Add((entry.MessageId, text, role, from));
        log.Add(new LogEntry(new MessageData(entry.MessageId, role, text) { State = EntryState.Stored, From = from }, entry));
    }

    private void Take((string Id, string Text, EntryRole Role, string? From) message)
    {
        waiting.Remove(message);
        var state = chance.Next(4) == 0 ? EntryState.Removed : EntryState.Read;
        var entry = Entry(message.Text, message.Role) with { MessageId = message.Id, State = state, FromTaskId = message.From };
        log.Add(new LogEntry(new MessageData(message.Id, message.Role, state == EntryState.Removed ? "" : message.Text) { State = state, From = message.From }, entry));
    }

    private void ChildMoves()
    {
        var isNew = children.Count == 0 || chance.Next(3) == 0;
        if (isNew) children.Add(Text($"task_child{number}"));
        var child = isNew ? children[^1] : children[chance.Next(children.Count)];
        var status = isNew ? AgentTaskStatus.Pending : chance.Next(2) == 0 ? AgentTaskStatus.Running : AgentTaskStatus.Completed;
        log.Add(new LogEntry(new SubtaskData(status) { TaskId = child }));
        if (status == AgentTaskStatus.Completed) Put(EntryRole.Subtask, child);
    }

    /// <summary>A question, answered at once or never: then it is closed with the task.</summary>
    private async Task AskAsync()
    {
        var request = new TaskRequest { RequestId = Text($"request_{number++}"), TaskId = task.Id, Kind = RequestKind.Question, Prompt = $"Which one, {number}?", Options = [] };
        task = (await bare.Store.Log.ChangeAsync(task.Id, _ => new TaskChange { OpenRequests = [request] })).Task!;
        for (var more = chance.Next(30); more > 0; more--) Happen();
        await WriteAsync();
        task = (await bare.Store.Log.ChangeAsync(task.Id, now => new TaskChange { ResolveRequests = [.. now.OpenRequests.Select(open => open with { Answer = $"This one, {number}", By = "you" })] })).Task!;
    }

    private async Task WriteAsync()
    {
        var written = log;
        log = [];
        bare.Time.Advance(TimeSpan.FromSeconds(1));
        task = (await bare.Store.Log.ChangeAsync(task.Id, _ => new TaskChange { Log = written })).Task!;
    }

    private ChatEntry Entry(string text, EntryRole role) => entries.Entry(task, text, role);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

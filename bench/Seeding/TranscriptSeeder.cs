using System.Globalization;
using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Seeding;

/// <summary>Stores one task with a long log, as a run of many steps writes it: thoughts, tool calls with results of all lengths, failures, text. Deterministic.</summary>
internal sealed class TranscriptSeeder(Store store)
{
    /// <summary>Stands in the first answer and nowhere else.</summary>
    public const string FirstWord = "heliotrope";

    /// <summary>Stands in one result in the middle of the log and nowhere else.</summary>
    public const string MiddleWord = "marginalia";

    private static readonly string[] Tools = ["read_file", "search_files", "list_files", "run_command", "write_file"];

    private readonly IdSource ids = new(TimeProvider.System);
    private readonly TaskSeeder entries = new(store);

    /// <summary>Stores the task, completed, with about so many events.</summary>
    /// <param name="events">At least 10.</param>
    /// <param name="agentId">The agent that goes on with it when somebody writes to it.</param>
    /// <param name="model">The model that it does so with.</param>
    /// <returns>Its id.</returns>
    public async Task<string> AddAsync(int events, string agentId = "agent_seeded", string model = "openai/one")
    {
        var draft = Draft(agentId, model);
        var result = await store.Log.CreateAsync(draft, new TaskChange
        {
            Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Model, "The model is answering."),
            Then = new TaskChange { Log = Steps(draft.Task, events), Transition = new TaskTransition(AgentTaskStatus.Completed, null, null) },
        });
        await store.Search.CatchUpAsync();
        return result.Task!.Id;
    }

    private List<LogEntry> Steps(AgentTask task, int events)
    {
        var log = new List<LogEntry>(events);
        for (var step = 0; log.Count < events - 4; step++)
        {
            if (step % 4 == 0) log.Add(Thought(task, step));
            if (step % 7 == 0) log.Add(Answer(task, step));
            log.AddRange(Call(task, step, isMiddle: log.Count >= events / 2 && log.Count < (events / 2) + 6));
            if (step % 3 == 0) log.Add(new LogEntry(new UsageData(900 + step, 40, 0, null)));
        }

        return log;
    }

    private IEnumerable<LogEntry> Call(AgentTask task, int step, bool isMiddle)
    {
        var tool = Tools[step % Tools.Length];
        var path = string.Create(CultureInfo.InvariantCulture, $"src/Part{step % 97}/File{step}.cs");
        var arguments = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["path"] = path, ["limit"] = step % 400 });
        var callId = string.Create(CultureInfo.InvariantCulture, $"call_{step}_{task.Id[^6..]}");
        var fails = step % 13 == 6;
        var lines = Enumerable.Range(0, 1 + (step * 7 % 40)).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line + 1,4}  public int Value{line} => {step * line};"));
        var content = fails ? $"There is no file {path}." : string.Join('\n', lines) + (isMiddle ? $"\n{MiddleWord}" : "");
        var entry = Entry(task, arguments.GetRawText(), EntryRole.ToolUse) with { CallId = callId, ToolName = tool };
        yield return new LogEntry(new ToolUseData(callId, tool, arguments, $"Read {path}"), entry);
        var outcome = fails ? StepOutcome.Error : StepOutcome.Success;
        var result = Entry(task, content, EntryRole.ToolResult) with { CallId = callId, ToolName = tool, ToolStatus = fails ? "error" : "success" };
        yield return new LogEntry(new ToolResultData(callId, outcome, content, 20 + (step * 37 % 4000)), result);
    }

    private LogEntry Thought(AgentTask task, int step)
    {
        var entry = Entry(task, string.Create(CultureInfo.InvariantCulture, $"Part {step} is next. What it depends on has been read already, so that it can be compared."), EntryRole.Thought);
        return new LogEntry(new ThoughtData(entry.MessageId, entry.Text) { DurationMs = 800 + step % 9000 }, entry);
    }

    private LogEntry Answer(AgentTask task, int step)
    {
        var number = step.ToString(CultureInfo.InvariantCulture);
        var text = $"Part **{number}** is done{(step == 0 ? $", and its word is {FirstWord}" : "")}. What stands out:\n\n" +
            $"- the values of `File{number}.cs` are computed\n- nothing else changes\n- the tests pass" +
            (step % 35 == 0 ? $"\n\n```csharp\npublic int Sum() => {number};\n```" : "");
        var entry = Entry(task, text, EntryRole.Assistant);
        return new LogEntry(new MessageData(entry.MessageId, EntryRole.Assistant, text), entry);
    }

    private ChatEntry Entry(AgentTask task, string text, EntryRole role) => entries.Entry(task, text, role);

    private NewTask Draft(string agentId, string model)
    {
        const string text = "Go through every part, one after the other";
        var taskId = ids.NewTask();
        var task = new AgentTask
        {
            Id = taskId,
            Title = text,
            Reason = ReasonCodes.Slot,
            ReasonText = "Every slot is taken.",
            AgentId = agentId,
            AgentName = "Seeded",
            Model = model,
            ChatId = ids.NewChat(),
            IsPrimary = true,
            UserId = KnownUsers.Local,
            PersonId = KnownUsers.Local,
            SessionId = ids.NewSession(),
            WorkDir = store.Directory.WorkDirOf(taskId),
        };
        var message = Entry(task, text, EntryRole.User);
        var chat = new Chat { ChatId = task.ChatId, UserId = task.UserId, PersonId = task.PersonId, AccessChatId = task.AccessChatId, Title = text };
        return new NewTask(task, chat, new LogEntry(new MessageData(message.MessageId, EntryRole.User, text), message));
    }
}

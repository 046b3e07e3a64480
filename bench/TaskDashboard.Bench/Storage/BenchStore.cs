using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Bench.Storage;

/// <summary>A store in a temporary folder, with as many tasks as asked for. The folder goes with it.</summary>
internal sealed class BenchStore : IDisposable
{
    private static readonly string[] Words = ["summarise", "translate", "review", "measure", "compare", "collect", "explain", "repair"];

    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-bench-").FullName;
    private readonly DataDirectory directory;
    private readonly IdSource ids = new(TimeProvider.System);

    public BenchStore()
    {
        directory = DataDirectory.Open(folder);
        Store = Store.Open(directory, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public Store Store { get; }

    /// <summary>Stores pending tasks, each with a message of its own words; nobody runs them.</summary>
    /// <remarks>Blocks, as all preparation here does: the in-process toolchain does not wait for a setup that is asynchronous.</remarks>
    public IReadOnlyList<string> Fill(int count)
    {
        var taskIds = new List<string>(count);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(2_000))
        {
            var created = Task.WhenAll(chunk.Select(number => Store.Log.CreateAsync(Draft(number), null))).GetAwaiter().GetResult();
            taskIds.AddRange(created.Select(result => result.Task!.Id));
        }

        return taskIds;
    }

    /// <summary>Ends a task as cancelled: the shortest legal way to a terminal state.</summary>
    public Task<ChangeResult> CancelAsync(string taskId) =>
        Store.Log.ChangeAsync(taskId, _ => new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Cancelled, null, "Stopped by you.") });

    /// <summary>One more fact in a task's log, with its transcript entry.</summary>
    public Task<ChangeResult> AppendAsync(string taskId, string text) => Store.Log.ChangeAsync(taskId, task =>
    {
        var entry = Entry(task, text, EntryRole.Assistant);
        return new TaskChange { Log = [new LogEntry(new MessageData(entry.MessageId, EntryRole.Assistant, text), entry)] };
    });

    public void Dispose()
    {
        Store.Dispose();
        directory.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private NewTask Draft(int number)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Words[number % Words.Length]} chapter {number} and {Words[number / 7 % Words.Length]} it with word{number % 5_000}");
        var task = new AgentTask
        {
            Id = ids.NewTask(),
            Title = TaskTitle.FromMessage(text),
            Reason = ReasonCodes.Slot,
            ReasonText = "Every slot is taken.",
            AgentId = "agent_bench",
            AgentName = "Bench",
            Model = "openai/one",
            ChatId = ids.NewChat(),
            IsPrimary = true,
            UserId = KnownUsers.Local,
            SessionId = ids.NewSession(),
            WorkDir = folder,
        };
        var message = Entry(task, text, EntryRole.User);
        var chat = new Chat { ChatId = task.ChatId, UserId = task.UserId, Title = task.Title };
        return new NewTask(task, chat, new LogEntry(new MessageData(message.MessageId, EntryRole.User, text), message), null, null);
    }

    private ChatEntry Entry(AgentTask task, string text, EntryRole role) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        Role = role,
        Text = text,
        State = EntryState.Read,
    };
}

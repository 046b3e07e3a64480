using System.Globalization;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Seeding;

/// <summary>Fills a store with tasks by way of its own writer, which takes some ten seconds for a hundred thousand. Shared by both programs.</summary>
/// <remarks>
/// Deterministic: task n is asked about <c>chapter n</c> with two of <see cref="Words"/> and one of 5,000 rare words, and ends completed, or
/// one time in ten failed, or cancelled.
/// </remarks>
internal sealed class TaskSeeder(Store store)
{
    private const int Chunk = 2_000;

    private readonly IdSource ids = new(TimeProvider.System);

    /// <summary>Each is in more than one task in eight.</summary>
    public static IReadOnlyList<string> Words { get; } = ["summarise", "translate", "review", "measure", "compare", "collect", "explain", "repair"];

    /// <summary>A word that one task in 5,000 has.</summary>
    public static string RareWord(int number) => string.Create(CultureInfo.InvariantCulture, $"word{number % 5_000}");

    /// <summary>Stores pending tasks that nobody runs.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> AddPendingAsync(int count) => await AddAsync(count, _ => null);

    /// <summary>Stores ended tasks, each with an answer.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> AddEndedAsync(int count)
    {
        var added = await AddAsync(count, number => Run(number));
        await store.Search.CatchUpAsync();
        return added;
    }

    /// <summary>An entry of a task's transcript.</summary>
    public ChatEntry Entry(AgentTask task, string text, EntryRole role) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        Role = role,
        Text = text,
        State = EntryState.Read,
    };

    private async Task<List<string>> AddAsync(int count, Func<int, Func<AgentTask, TaskChange>?> then)
    {
        var added = new List<string>(count);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(Chunk))
        {
            var created = await Task.WhenAll(chunk.Select(number =>
            {
                var draft = Draft(number);
                return store.Log.CreateAsync(draft, then(number)?.Invoke(draft.Task));
            }));
            added.AddRange(created.Select(result => result.Task!.Id));
        }

        return added;
    }

    private Func<AgentTask, TaskChange> Run(int number) => task =>
    {
        var answer = Entry(task, string.Create(CultureInfo.InvariantCulture, $"Chapter {number} is done, and {Words[number / 3 % Words.Count]} was part of it."), EntryRole.Assistant);
        return new TaskChange
        {
            Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Model, "The model is answering."),
            Then = new TaskChange
            {
                Log = [new LogEntry(new MessageData(answer.MessageId, EntryRole.Assistant, answer.Text), answer)],
                Transition = (number % 10) switch
                {
                    0 => new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Error, "It did not work."),
                    1 => new TaskTransition(AgentTaskStatus.Cancelled, null, "Stopped by you."),
                    _ => new TaskTransition(AgentTaskStatus.Completed, null, null),
                },
            },
        };
    };

    private NewTask Draft(int number)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Words[number % Words.Count]} chapter {number} and {Words[number / 7 % Words.Count]} it with {RareWord(number)}");
        var taskId = ids.NewTask();
        var task = new AgentTask
        {
            Id = taskId,
            Title = TaskTitle.FromMessage(text),
            Reason = ReasonCodes.Slot,
            ReasonText = "Every slot is taken.",
            AgentId = "agent_seeded",
            AgentName = "Seeded",
            Model = "openai/one",
            ChatId = ids.NewChat(),
            IsPrimary = true,
            UserId = KnownUsers.Local,
            PersonId = KnownUsers.Local,
            SessionId = ids.NewSession(),
            WorkDir = store.Directory.WorkDirOf(taskId),
        };
        var message = Entry(task, text, EntryRole.User);
        var chat = new Chat { ChatId = task.ChatId, UserId = task.UserId, PersonId = task.PersonId, AccessChatId = task.AccessChatId, Title = task.Title };
        return new NewTask(task, chat, new LogEntry(new MessageData(message.MessageId, EntryRole.User, text), message));
    }
}

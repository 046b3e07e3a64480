using System.Diagnostics;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Storage;

/// <summary>The store with everybody on it at once. Tells its figures; <c>TASKDASHBOARD_TEST_LONG=1</c> runs it for a minute.</summary>
[Collection(AloneCollection.Name)]
public sealed class StoreStressTests(ITestOutputHelper output)
{
    private const int Writers = 200;
    private const int Readers = 50;

    private readonly IdSource ids = new(TimeProvider.System);

    [Fact]
    public async Task TwoHundredWritersAndFiftyReaders_MeetNoLock_AndLoseNothing()
    {
        var length = TimeSpan.FromSeconds(LongForm.Pick(10, 60));
        await using var engine = await Engine.StartAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => CreateAsync(engine, number)));
        using var end = new CancellationTokenSource(length);

        var writing = tasks.Select((task, number) => Task.Run(() => WriteAsync(engine, task, number, end.Token))).ToList();
        var reading = Enumerable.Range(0, Readers).Select(number => Task.Run(() => ReadAsync(engine, tasks, number, end.Token))).ToList();
        var written = await Task.WhenAll(writing).WaitAsync(length + Engine.Bound);
        var reads = (await Task.WhenAll(reading).WaitAsync(Engine.Bound)).SelectMany(times => times).Order().ToList();

        var status = engine.Store.Health.Current;
        output.WriteLine(
            $"{length.TotalSeconds:0} s, {Writers} writers, {Readers} readers: {written.Sum() / length.TotalSeconds:0} changes/s in {status.Commits.Count / length.TotalSeconds:0} commits/s, " +
            $"commit p50 {status.Commits.Median.TotalMilliseconds:0.00} ms, p99 {status.Commits.P99.TotalMilliseconds:0.00} ms, max {status.Commits.Max.TotalMilliseconds:0.00} ms; " +
            $"{reads.Count / length.TotalSeconds:0} reads/s, p50 {reads[reads.Count / 2].TotalMilliseconds:0.00} ms, p99 {reads[reads.Count * 99 / 100].TotalMilliseconds:0.00} ms; " +
            $"{status.FailedCommits} failed commits");
        Assert.True(status.IsAvailable);
        Assert.Equal(0, status.FailedCommits);

        // What was acknowledged is there, once, and every log is gapless.
        using var other = new OtherProgram(engine.DataDirectory);
        Assert.Equal((long)Writers, other.Execute("SELECT count(*) FROM tasks"));
        Assert.Equal(Writers + written.Sum(), other.Execute("SELECT count(*) FROM messages"));
        Assert.Equal(0L, other.Execute("SELECT count(*) FROM (SELECT 1 FROM events GROUP BY task_key HAVING count(*) <> max(seq) OR min(seq) <> 1)"));
        Assert.Equal(0L, other.Execute("SELECT count(*) FROM tasks WHERE last_seq <> (SELECT max(seq) FROM events WHERE task_key = tasks.key)"));
        for (var number = 0; number < Writers; number++) Assert.Equal(2 + written[number], (await engine.Reader.FindAsync(tasks[number].Id))!.LastSeq);
    }

    private static async Task<long> WriteAsync(Engine engine, AgentTask task, int number, CancellationToken end)
    {
        // Half of them as the engine writes, half of them as somebody who waits.
        var log = number % 2 == 0 ? engine.Log : engine.Log.ForCaller;
        var ids = new IdSource(TimeProvider.System);
        var written = 0L;
        for (; !end.IsCancellationRequested; written++)
        {
            var entry = Entry(ids, task, $"Sentence {written} of writer {number}.", EntryRole.Assistant);
            var result = await log.ChangeAsync(task.Id, _ => new TaskChange { Log = [new LogEntry(new MessageData(entry.MessageId, entry.Role, entry.Text), entry)] });
            Assert.True(result.Applied);
        }

        return written;
    }

    private static async Task<List<TimeSpan>> ReadAsync(Engine engine, AgentTask[] tasks, int number, CancellationToken end)
    {
        // A read that has begun is read to its end.
        var whole = CancellationToken.None;
        var times = new List<TimeSpan>();
        for (var read = number; !end.IsCancellationRequested; read++)
        {
            var task = tasks[read % tasks.Length];
            var began = Stopwatch.GetTimestamp();
            switch (read % 4)
            {
                case 0:
                    Assert.NotEmpty((await engine.Reader.ListAsync(new TaskQuery(), whole)).Items);
                    break;
                case 1:
                    Assert.NotEmpty(await engine.Reader.ListEventsAsync(task.Id, 0, 50, whole));
                    break;
                case 2:
                    Assert.NotEmpty(await engine.Reader.ListMessagesAsync(task.Id, 0, 50, whole));
                    break;
                default:
                    Assert.NotEmpty((await engine.Reader.ListAsync(new TaskQuery { Search = "chapter", Limit = 20 }, whole)).Items);
                    break;
            }

            times.Add(Stopwatch.GetElapsedTime(began));
        }

        return times;
    }

    private async Task<AgentTask> CreateAsync(Engine engine, int number)
    {
        var task = new AgentTask
        {
            Id = ids.NewTask(),
            Title = $"Write chapter {number}",
            DelayUntil = DateTimeOffset.UtcNow.AddDays(1), // So that no run writes beside the writers.
            AgentId = engine.AgentId,
            AgentName = "Assistant",
            Model = "scripted/model",
            ChatId = ids.NewChat(),
            IsPrimary = true,
            UserId = KnownUsers.Local,
            SessionId = ids.NewSession(),
            WorkDir = engine.DataDirectory,
        };
        var message = Entry(ids, task, $"Write chapter {number}", EntryRole.User);
        var chat = new Chat { ChatId = task.ChatId, UserId = task.UserId, PersonId = task.PersonId, AccessChatId = task.AccessChatId, Title = task.Title };
        return (await engine.Log.CreateAsync(new NewTask(task, chat, new LogEntry(new MessageData(message.MessageId, message.Role, message.Text), message)), null)).Task!;
    }

    private static ChatEntry Entry(IdSource ids, AgentTask task, string text, EntryRole role) => new()
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

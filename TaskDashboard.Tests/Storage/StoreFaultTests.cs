using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>A store that cannot be written for a while, with the engine at work: nothing is lost, nothing is doubled, and everybody can see why it waits.</summary>
public sealed class StoreFaultTests
{
    private static readonly string LongAnswer = new('x', 300_000);

    [Theory]
    [InlineData("IMMEDIATE")]
    [InlineData("EXCLUSIVE")]
    public async Task LockedForAWhile_KeepsWhatIsAsked_AndStoresItOnce(string kind)
    {
        await using var engine = await Engine.StartAsync();
        using var other = new OtherProgram(engine.DataDirectory);
        other.Lock(kind);
        var creates = Enumerable.Range(0, 20).Select(number => engine.CreateAsync($"Task {number}")).ToList();
        await Eventually.TrueAsync(() => !engine.Store.Health.Current.IsAvailable);
        Assert.Equal("The store is locked by another program.", engine.Store.Health.Problem);
        Assert.DoesNotContain(creates, create => create.IsCompleted);

        other.LetGo();

        var created = await Task.WhenAll(creates).WaitAsync(Engine.Bound);
        foreach (var task in created) await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(20L, other.Execute("SELECT count(*) FROM tasks"));
        Assert.Equal(20L, other.Execute("SELECT count(*) FROM messages WHERE text LIKE 'Task %'"));
        var status = engine.Store.Health.Current;
        Assert.True(status is { IsAvailable: true, FailingSince: null, Why: null, FailedCommits: > 0 }, status.ToString());
    }

    [Fact]
    public async Task RunInProgress_WhileTheStoreIsLocked_WaitsAndCompletes()
    {
        var answer = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Done."], answer.Task, token)), settings: ("Limits:MaxConcurrentRuns", "1"));
        using var other = new OtherProgram(engine.DataDirectory);
        var task = await engine.CreateAsync("Begin");
        other.Lock();

        answer.SetResult();

        await Eventually.TrueAsync(() => engine.Store.Health.Current is { IsAvailable: false, FailedCommits: > 2 });
        Assert.Equal(AgentTaskStatus.Running, (await engine.Reader.FindAsync(task.Id))!.Status);
        other.LetGo();
        await CompletesOnceAsync(engine, task, other);
        await SlotIsFreeAsync(engine);
    }

    [Theory]
    [InlineData(WriterFaults.Full, WriterFaults.RoomAgain, "The store cannot grow: the disk is full, or a size limit is reached.")]
    [InlineData(WriterFaults.ReadOnly, WriterFaults.Writable, "The store is read-only.")]
    public async Task RunInProgress_WhileTheStoreIsFullOrReadOnly_WaitsAndCompletes(string fault, string cure, string why)
    {
        var answer = new TaskCompletionSource();
        var pauses = new WriterPauses();
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait([LongAnswer], answer.Task, token)), time: pauses, settings: ("Limits:MaxConcurrentRuns", "1"));
        using var other = new OtherProgram(engine.DataDirectory);
        var task = await engine.CreateAsync("Begin");
        await engine.WatchUntilAsync(task.Id, frame => frame.Name == "message_delta");
        var connection = await engine.Store.Writer.PragmaAsync(fault);

        answer.SetResult();

        await Eventually.TrueAsync(() => engine.Store.Health.Current is { IsAvailable: false, FailedCommits: > 2 });
        Assert.Equal(why, engine.Store.Health.Problem);
        Assert.Equal(AgentTaskStatus.Running, (await engine.Reader.FindAsync(task.Id))!.Status);
        pauses.AtNextPause(() => connection.Pragma(cure));
        await CompletesOnceAsync(engine, task, other);
        Assert.Equal((long)LongAnswer.Length, other.Execute("SELECT length(text) FROM messages WHERE role = 1"));
        await SlotIsFreeAsync(engine);
    }

    [Fact]
    public async Task GuiltyOperation_WhileTheStoreIsLocked_FailsAloneOnceItIsBack()
    {
        await using var engine = await Engine.StartAsync();
        using var other = new OtherProgram(engine.DataDirectory);
        other.Lock();
        var writes = Enumerable.Range(0, 10)
            .Select(number => engine.Store.Writer.EnqueueAsync(_ => number == 4 ? throw new InvalidOperationException("The fifth.") : number)).ToList();
        await Eventually.TrueAsync(() => !engine.Store.Health.Current.IsAvailable);

        other.LetGo();

        await Assert.ThrowsAsync<InvalidOperationException>(() => writes[4].WaitAsync(Engine.Bound));
        writes.RemoveAt(4);
        var written = await Task.WhenAll(writes).WaitAsync(Engine.Bound);
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], written);
    }

    private static async Task CompletesOnceAsync(Engine engine, AgentTask task, OtherProgram other)
    {
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var events = await engine.Reader.ListEventsAsync(task.Id, 0, 200);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(@event => @event.Seq));
        Assert.Equal(ended.LastSeq, events[^1].Seq);
        Assert.Equal(1L, other.Execute("SELECT count(*) FROM messages WHERE role = 1"));
        Assert.Equal(1L, other.Execute("SELECT count(*) FROM runs WHERE outcome IS NOT NULL"));
        Assert.True(engine.Store.Health.Current.IsAvailable);
    }

    private static async Task SlotIsFreeAsync(Engine engine) =>
        await engine.WaitForAsync((await engine.CreateAsync("Is there a slot?")).Id, AgentTaskStatus.Completed);
}

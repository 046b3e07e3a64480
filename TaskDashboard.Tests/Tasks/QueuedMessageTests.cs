using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Messages that are stored and not read yet: seen, changed, moved, taken back.</summary>
public sealed class QueuedMessageTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;
    private AgentTask task = null!;

    public async Task InitializeAsync()
    {
        engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Working"], gate.Task, token)));
        task = await engine.CreateAsync("Begin");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Receipt_GoesFromStoredToReadAtItsStep()
    {
        var receipt = await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Hurry"));
        Assert.Equal("stored", receipt.State);
        Assert.Equal(1, (await engine.Reader.FindAsync(task.Id))!.QueuedMessages);
        Assert.Equal(1, (await engine.Reader.ListAsync(new TaskQuery())).Items.Single().QueuedMessages);

        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var told = (await MessagesAsync()).Where(message => message.MessageId == receipt.MessageId).ToList();
        Assert.Equal([(EntryState.Stored, null), (EntryState.Read, 2)], told.Select(message => (message.State!.Value, message.Step)));
        var entry = (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Single(entry => entry.MessageId == receipt.MessageId);
        Assert.Equal((EntryState.Read, 2), (entry.State, entry.Step));
    }

    [Fact]
    public async Task Queue_IsListedInTheOrderInWhichItWillBeRead_AndCanBeArranged()
    {
        var (a, b, c) = (await SendAsync("A"), await SendAsync("B"), await SendAsync("C"));
        Assert.Equal(["A", "B", "C"], Texts(await engine.Tasks.ListQueuedAsync(task.Id)));

        Assert.Equal(["C", "A", "B"], Texts(await ChangeAsync(c, new ChangeQueuedMessage { Position = 0 })));
        Assert.Equal(["C", "B", "A"], Texts(await ChangeAsync(a, new ChangeQueuedMessage { Position = 99 })));
        Assert.Equal(["C", "Bee", "A"], Texts(await ChangeAsync(b, new ChangeQueuedMessage { Text = "Bee" })));
        Assert.Equal(["Bee", "A"], Texts(await engine.Tasks.RemoveQueuedAsync(task.Id, c)));
        Assert.Equal(["Bee", "A"], Texts(await engine.Tasks.ListQueuedAsync(task.Id)));
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["Begin", "Working", "Bee", "A"], engine.Model.Calls.Last().Skip(1).Select(message => message.Text));
        Assert.Equal(["Begin", "Working", "Bee", "A", "Done."], (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(entry => entry.Text));
        Assert.Contains(await MessagesAsync(), message => message.MessageId == c && message is { State: EntryState.Removed, Text: "" });
    }

    [Fact]
    public async Task Restart_KeepsTheArrangedQueue()
    {
        var (first, second) = (await SendAsync("First"), await SendAsync("Second"));
        await ChangeAsync(second, new ChangeQueuedMessage { Position = 0, Text = "Now first" });
        await engine.Tasks.RemoveQueuedAsync(task.Id, await SendAsync("Never"));

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["Now first", "First"], next.Model.Calls.Last().TakeLast(2).Select(message => message.Text));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Change_OfTheModeToInterrupt_CutsTheStepNow()
    {
        var message = await SendAsync("Stop that");

        await ChangeAsync(message, new ChangeQueuedMessage { Mode = MessageMode.Interrupt });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["Begin", "Working", "Stop that", "Done."], (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(entry => entry.Text));
        Assert.False(gate.Task.IsCompleted);
    }

    [Fact]
    public async Task Change_OfAMessageThatWasRead_IsRefused_AndOfOneThatIsNotThere()
    {
        var message = await SendAsync("Read me");
        var removed = await SendAsync("Take me back");
        await engine.Tasks.RemoveQueuedAsync(task.Id, removed);
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var said = (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).First(entry => entry.Role == EntryRole.Assistant).MessageId;

        Assert.Equal("message_read", (await RefusedAsync(() => ChangeAsync(message, new ChangeQueuedMessage { Text = "Other" }))).Code);
        Assert.Equal("message_read", (await RefusedAsync(() => engine.Tasks.RemoveQueuedAsync(task.Id, message))).Code);
        foreach (var id in new[] { removed, said, "message_none" })
        {
            Assert.Equal("not_found", (await RefusedAsync(() => engine.Tasks.RemoveQueuedAsync(task.Id, id))).Code);
        }
    }

    [Fact]
    public async Task News_OfAChild_CannotBeChanged()
    {
        var child = await engine.CreateAsync("Child", command => command with { ParentTaskId = task.Id });
        await engine.WaitForAsync(child.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(task.Id, row => row.QueuedMessages == 1);
        var news = Assert.Single(await engine.Tasks.ListQueuedAsync(task.Id));

        Assert.Equal((EntryRole.Subtask, child.Id), (news.Role, news.FromTaskId));
        Assert.Equal("message_fixed", (await RefusedAsync(() => ChangeAsync(news.MessageId, new ChangeQueuedMessage { Position = 0 }))).Code);
        Assert.Equal("message_fixed", (await RefusedAsync(() => engine.Tasks.RemoveQueuedAsync(task.Id, news.MessageId))).Code);
    }

    [Fact]
    public async Task Cancel_LeavesUnreadMessagesInTheQueue_ForTheNextRun()
    {
        await SendAsync("Keep me");
        await engine.Tasks.RemoveQueuedAsync(task.Id, await SendAsync("Not me"));
        await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        Assert.Equal(["Keep me"], Texts(await engine.Tasks.ListQueuedAsync(task.Id)));
        await engine.Tasks.RetryAsync(task.Id);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal("Keep me", engine.Model.Calls.Last()[^1].Text);
        Assert.Empty(await engine.Tasks.ListQueuedAsync(task.Id));
    }

    [Fact]
    public async Task Inbox_ThatIsFull_RefusesMoreAndKeepsWhatItHas()
    {
        for (var number = 0; number < 100; number++) await SendAsync($"Message {number}");

        Assert.Equal("inbox_full", (await RefusedAsync(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("One more")))).Code);

        Assert.Equal(100, (await engine.Tasks.ListQueuedAsync(task.Id)).Count);
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"Message {number}"), engine.Model.Calls.Last().TakeLast(100).Select(message => message.Text));
    }

    [Fact]
    public async Task Inbox_ThatIsFullOfText_DoesNotGrowByEditsEither()
    {
        var large = new string('x', 1 << 20);
        var small = await SendAsync("small");
        for (var number = 0; number < 4; number++) await SendAsync(large);

        Assert.Equal("inbox_full", (await RefusedAsync(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("One more")))).Code);
        Assert.Equal("inbox_full", (await RefusedAsync(() => ChangeAsync(small, new ChangeQueuedMessage { Text = large }))).Code);
        Assert.Equal("tiny", (await ChangeAsync(small, new ChangeQueuedMessage { Text = "tiny" }))[0].Text);
    }

    [Fact]
    public async Task Task_WithoutAnInbox_RefusesMessagesWhileItIsLive()
    {
        var never = new TaskCompletionSource();
        engine.Model.Always(SaysAfter(never.Task, "Never."));
        var deaf = await engine.CreateAsync("Do not listen", command => command with { AcceptsMessages = false });

        Assert.Equal("no_inbox", (await RefusedAsync(() => engine.Tasks.SendMessageAsync(deaf.Id, new SendMessage("Hello")))).Code);
        never.SetResult();
    }

    private async Task<string> SendAsync(string text) => (await engine.Tasks.SendMessageAsync(task.Id, new SendMessage(text))).MessageId;

    private Task<IReadOnlyList<QueuedMessage>> ChangeAsync(string messageId, ChangeQueuedMessage change) => engine.Tasks.ChangeQueuedAsync(task.Id, messageId, change);

    private async Task<List<MessageData>> MessagesAsync() =>
        [.. (await engine.Reader.ListEventsAsync(task.Id, 0, 1000)).Select(@event => @event.Data).OfType<MessageData>()];

    private static IEnumerable<string> Texts(IReadOnlyList<QueuedMessage> queue) => queue.Select(message => message.Text);

    private static Task<RefusedException> RefusedAsync(Func<Task> verb) => Assert.ThrowsAsync<RefusedException>(verb);
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Chats;

public sealed class ChatStreamTests
{
    [Fact]
    public async Task EightTasksAndAPerson_InterleavedInOneChat_EachFrameNamesItsTask_AndNoneLandsElsewhere()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((messages, _, _) => Rounds(messages)));
        var primary = await engine.CreateAsync("user begins");
        var neighbour = await engine.CreateAsync("neighbour");
        using var leaving = new CancellationTokenSource();
        var watches = Enumerable.Range(0, 3).Select(_ => ChatWatch.Of(engine, primary.ChatId, leaving.Token)).ToList();
        var nextDoor = ChatWatch.Of(engine, neighbour.ChatId, leaving.Token);

        var background = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => engine.CreateAsync($"task {number}", command => command with { ChatId = primary.ChatId })));
        var beside = await engine.CreateAsync("task beside", command => command with { ChatId = neighbour.ChatId });
        for (var turn = 0; turn < 10; turn++)
        {
            await engine.Tasks.SendMessageAsync(primary.Id, new SendMessage($"user says {turn}"));
            await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        }

        foreach (var task in background.Append(beside)) await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var last = (await engine.Store.Chats.ReadAsync(primary.ChatId, default))!.LastId;
        await Eventually.TrueAsync(() => watches.TrueForAll(watch => watch.Frames.LastOrDefault(frame => frame.Cursor is not null)?.Cursor == last));
        await leaving.CancelAsync();
        foreach (var watch in watches.Append(nextDoor)) await watch.End;

        var durable = watches.ConvertAll(watch => watch.Frames.OfType<ChatEventFrame>().Select(frame => Encoding.UTF8.GetString(frame.Json.Span)).ToList());
        Assert.True(durable[0].Count > 500, $"{durable[0].Count} events");
        Assert.Equal(durable[0], durable[1]);
        Assert.Equal(durable[0], durable[2]);
        var ids = watches[0].Frames.OfType<ChatEventFrame>().Select(frame => frame.Event.Id).ToList();
        Assert.Equal(ids.Order().Distinct(), ids);
        Assert.All(watches.SelectMany(watch => watch.Frames), frame => AssertNames(frame, primary.Id, [.. background.Select(task => task.Id)]));
        Assert.All(nextDoor.Frames, frame => AssertNames(frame, neighbour.Id, [beside.Id]));
        Assert.Equal(9, watches[0].Frames.OfType<ChatEventFrame>().Select(frame => frame.Event.TaskId).Distinct().Count());

        // A task's steps do not stand in one piece: they were at work at the same time.
        var turns = watches[0].Frames.OfType<ChatEventFrame>().Select(frame => frame.Event.TaskId).ToList();
        Assert.True(turns.Zip(turns.Skip(1)).Count(pair => pair.First != pair.Second) > 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Watch_DroppedAfterEveryKthEvent_GetsEachDurableEventExactlyOnceInOrder(int dropAfter)
    {
        await using var engine = await Engine.StartAsync(model => model.Always((messages, _, _) => Rounds(messages)));
        var primary = await engine.CreateAsync("user begins");
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => engine.CreateAsync($"task {number}", command => command with { ChatId = primary.ChatId })));
        var seen = new List<long>();
        var cursor = 0L;
        while (true)
        {
            using var bound = new CancellationTokenSource(Engine.Bound);
            var taken = 0;
            var ended = await EndedAsync(engine, [primary, .. others]);
            var newest = (await engine.Store.Chats.ReadAsync(primary.ChatId, default))!.LastId;
            if (ended && cursor == newest) break;
            await foreach (var frame in engine.Feed.WatchChatAsync(primary.ChatId, cursor, bound.Token))
            {
                if (frame is not ChatEventFrame { Event: var @event }) continue;
                seen.Add(@event.Id);
                cursor = @event.Id;
                if (++taken == dropAfter || (ended && cursor == newest)) break;
            }
        }

        Assert.Equal(await engine.Store.Chats.ListEventIdsAsync(primary.ChatId, 0, 100_000, default), seen);
    }

    [Fact]
    public async Task Watch_JoinedInTheMiddle_GetsTheTextSoFar_OfEachTaskByItsRule()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Always((messages, _, token) => ScriptedModelProvider.SayThenWait(["Half ", "of it"], gate.Task, token)));
        var primary = await engine.CreateAsync("user begins");
        var task = await engine.CreateAsync("task", command => command with { ChatId = primary.ChatId });
        await engine.WatchUntilAsync(primary.Id, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("of it", StringComparison.Ordinal));
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("of it", StringComparison.Ordinal));

        using var leaving = new CancellationTokenSource();
        var watch = ChatWatch.Of(engine, primary.ChatId, leaving.Token);
        await Eventually.TrueAsync(() => watch.Frames.OfType<DeltaFrame>().Count() >= 2);

        var deltas = watch.Frames.OfType<DeltaFrame>().ToList();
        Assert.All(deltas, delta => Assert.Equal((0, "Half of it"), (delta.Offset, delta.Text)));
        Assert.False(JsonDocument.Parse(deltas.Single(delta => delta.TaskId == primary.Id).Json).RootElement.TryGetProperty("task_id", out _));
        Assert.Equal(task.Id, JsonDocument.Parse(deltas.Single(delta => delta.TaskId == task.Id).Json).RootElement.GetProperty("task_id").GetString());
        var snapshot = JsonDocument.Parse(watch.Frames[0].Json).RootElement;
        Assert.Equal([primary.Id, task.Id], snapshot.GetProperty("tasks").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(["Half of it", "Half of it"], snapshot.GetProperty("partials").EnumerateArray().Select(item => item.GetProperty("text").GetString()));
        Assert.Single(snapshot.GetProperty("partials").EnumerateArray(), item => item.TryGetProperty("task_id", out _));

        gate.SetResult();
        await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await Eventually.TrueAsync(() => watch.Frames.OfType<ChatEventFrame>().Count(frame => frame.Event.Data is MessageData { Role: EntryRole.Assistant, Text: "Half of it" }) == 2);
        await leaving.CancelAsync();
        await watch.End;
    }

    [Fact]
    public async Task Watch_TooSlow_IsSentResyncAndStillMissesNothing()
    {
        const int Extra = ChatChannel.Capacity + 50;
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        using var bound = new CancellationTokenSource(Engine.Bound);
        await using var viewer = engine.Feed.WatchChatAsync(task.ChatId, 0, bound.Token).GetAsyncEnumerator(bound.Token);
        var seen = new List<long>();
        var resyncs = 0;
        while (await viewer.MoveNextAsync() && viewer.Current is not DeltaFrame) Note(viewer.Current);

        // The viewer reads nothing while more is logged than the chat's channel holds.
        for (var number = 0; number < Extra; number++)
        {
            var text = $"{number}";
            await engine.Log.ChangeAsync(task.Id, _ => new TaskChange { Log = [new LogEntry(new ProgressData(text, null))] });
        }

        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var stored = await engine.Store.Chats.ListEventIdsAsync(task.ChatId, 0, 100_000, default);
        while (seen.Count < stored.Count && await viewer.MoveNextAsync()) Note(viewer.Current);

        Assert.Equal(1, resyncs);
        Assert.Equal(stored, seen);

        void Note(StreamFrame frame)
        {
            if (frame is ChatResyncFrame) resyncs++;
            if (frame is ChatEventFrame { Event.Id: var id }) seen.Add(id);
        }
    }

    [Fact]
    public async Task Watch_WithACursorAheadOfTheLog_StartsOverWithResync()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Be done");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        using var leaving = new CancellationTokenSource();

        var watch = ChatWatch.Of(engine, task.ChatId, leaving.Token, after: 99_999);
        await Eventually.TrueAsync(() => watch.Frames.OfType<ChatEventFrame>().Any(frame => frame.Event.Data is StatusData { Status: AgentTaskStatus.Completed }));
        await leaving.CancelAsync();
        await watch.End;

        Assert.True(Assert.IsType<ChatSnapshotFrame>(watch.Frames[0]).Resync);
        Assert.Equal(1, watch.Frames.OfType<ChatEventFrame>().First().Event.Seq);
    }

    [Fact]
    public async Task Watch_ATaskThatIsDeleted_IsTold_AndTheChatGoesOn_UntilItIsDeletedItself()
    {
        await using var engine = await Engine.StartAsync();
        var primary = await engine.CreateAsync("One");
        var other = await engine.CreateAsync("Two", command => command with { ChatId = primary.ChatId });
        await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Completed);
        var watch = ChatWatch.Of(engine, primary.ChatId, CancellationToken.None);
        await Eventually.TrueAsync(() => watch.Frames.Count > 5);

        await engine.Tasks.DeleteAsync(other.Id, "you");
        await Eventually.TrueAsync(() => watch.Frames[^1] is ChatEventFrame { Event.Data: DeletedData });
        Assert.Equal(other.Id, JsonDocument.Parse(watch.Frames[^1].Json).RootElement.GetProperty("data").GetProperty("task_id").GetString());
        await engine.Tasks.SendMessageAsync(primary.Id, new SendMessage("Go on"));
        await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        Assert.False(watch.End.IsCompleted);

        await engine.Services.GetRequiredService<IChatService>().DeleteAsync(primary.ChatId, "you");
        await watch.End.WaitAsync(Engine.Bound);
        Assert.IsType<ChatDeletedFrame>(watch.Frames[^1]);
        Assert.Equal(0, engine.Store.Feed.ViewerCount);
    }

    [Fact]
    public async Task Watch_AfterARestart_ReplaysTheSameBytes()
    {
        await using var engine = await Engine.StartAsync();
        var primary = await engine.CreateAsync("One");
        using var leaving = new CancellationTokenSource();
        var live = ChatWatch.Of(engine, primary.ChatId, leaving.Token);
        var other = await engine.CreateAsync("Two", command => command with { ChatId = primary.ChatId });
        await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Completed);
        var count = (await engine.Store.Chats.ListEventIdsAsync(primary.ChatId, 0, 1000, default)).Count;
        await Eventually.TrueAsync(() => live.Frames.OfType<ChatEventFrame>().Count() == count);
        await leaving.CancelAsync();
        await live.End;
        await engine.StopAsync();
        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);
        using var leavingAgain = new CancellationTokenSource();

        var replayed = ChatWatch.Of(next, primary.ChatId, leavingAgain.Token);
        await Eventually.TrueAsync(() => replayed.Frames.OfType<ChatEventFrame>().Count() == count);
        await leavingAgain.CancelAsync();
        await replayed.End;

        Assert.Equal(Bytes(live), Bytes(replayed));

        static List<string> Bytes(ChatWatch viewer) => [.. viewer.Frames.OfType<ChatEventFrame>().Select(frame => Encoding.UTF8.GetString(frame.Json.Span))];
    }

    [Fact]
    public async Task Watch_UnknownChat_IsRefusedAsNotFound()
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => ChatWatch.Of(engine, "chat_nowhere", CancellationToken.None).End);

        Assert.Equal("not_found", refused.Code);
        Assert.Equal(0, engine.Store.Feed.ViewerCount);
    }

    /// <summary>Twelve steps with a tool call each and some text, then an end; told by what the conversation holds already.</summary>
    private static IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Rounds(IReadOnlyList<Microsoft.Extensions.AI.ChatMessage> messages)
    {
        var said = messages.Count - 1 - messages.ToList().FindLastIndex(message => message.Role == Microsoft.Extensions.AI.ChatRole.User);
        var order = messages.Last(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Text;
        return order.StartsWith("task", StringComparison.Ordinal) && said < 24
            ? ScriptedModelProvider.Play([ScriptedModelProvider.Text($"Step {said} "), ScriptedModelProvider.Text("of it."), ScriptedModelProvider.Call($"call{said}", "calculate", ("expression", $"{said}+1"))])
            : ScriptedModelProvider.Say("I have ", "heard you.");
    }

    private static void AssertNames(StreamFrame frame, string primaryId, HashSet<string> others)
    {
        var json = JsonDocument.Parse(frame.Json).RootElement;
        switch (frame)
        {
            case ChatEventFrame { Event: var @event }:
                Assert.Equal(@event.TaskId, json.GetProperty("task_id").GetString());
                Assert.True(@event.TaskId == primaryId || others.Contains(@event.TaskId), @event.TaskId);
                if (@event.TaskId == primaryId) Assert.False(json.GetProperty("data").TryGetProperty("task_id", out _), json.GetRawText());
                else Assert.Equal(@event.TaskId, json.GetProperty("data").GetProperty("task_id").GetString());
                break;
            case DeltaFrame delta:
                Assert.True(delta.TaskId == primaryId || others.Contains(delta.TaskId), delta.TaskId);
                Assert.Equal(delta.TaskId != primaryId, json.TryGetProperty("task_id", out var named));
                if (delta.TaskId != primaryId) Assert.Equal(delta.TaskId, named.GetString());
                break;
        }
    }

    private static async Task<bool> EndedAsync(Engine engine, IReadOnlyList<AgentTask> tasks)
    {
        foreach (var task in tasks)
        {
            if (!(await engine.Reader.FindAsync(task.Id))!.Status.IsTerminal()) return false;
        }

        return true;
    }
}

using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Events;

public sealed class TaskStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Watch_DroppedAfterEveryKthEvent_GetsEachDurableEventExactlyOnceInOrder(int dropAfter)
    {
        await using var engine = await Engine.StartAsync(model =>
        {
            for (var round = 0; round < 20; round++)
            {
                model.Then(ScriptedModelProvider.Text("Round "), ScriptedModelProvider.Call($"call{round}", "calculate", ("expression", $"{round}+1")), ScriptedModelProvider.Usage(1, 1));
            }

            model.Then((_, _, _) => ScriptedModelProvider.Say("The", " end"));
        });
        var task = await engine.CreateAsync("Work in rounds");

        var seen = new List<long>();
        long cursor = 0;
        for (var ended = false; !ended;)
        {
            using var bound = new CancellationTokenSource(Engine.Bound);
            var taken = 0;
            await foreach (var frame in engine.Feed.WatchTaskAsync(task.Id, cursor, bound.Token))
            {
                if (frame is EndFrame) ended = true;
                if (frame is not EventFrame { Event: var @event }) continue;
                seen.Add(@event.Seq);
                cursor = @event.Seq;
                if (++taken == dropAfter) break;
            }
        }

        var stored = await engine.Reader.ListEventsAsync(task.Id, 0, 1000);
        Assert.True(stored.Count > 100);
        Assert.Equal(stored.Select(@event => @event.Seq), seen);
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(number => (long)number), seen);
    }

    [Fact]
    public async Task Watch_JoinedInTheMiddle_GetsOneDeltaFromOffsetZeroWithTheTextSoFar()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half ", "of ", "it"], gate.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await ReadUntilAsync(engine, task.Id, 0, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("it", StringComparison.Ordinal));

        var frames = await ReadUntilAsync(engine, task.Id, 0, frame => frame is DeltaFrame);

        var delta = Assert.IsType<DeltaFrame>(frames[^1]);
        Assert.Equal((0, "Half of it"), (delta.Offset, delta.Text));
        Assert.Equal("Half of it", Assert.IsType<SnapshotFrame>(frames[0]).Partial!.Text);
        gate.SetResult();
        var all = await engine.WatchToEndAsync(task.Id);
        var message = all.OfType<EventFrame>().Select(frame => frame.Event.Data).OfType<MessageData>().Single(data => data.Role == EntryRole.Assistant);
        Assert.Equal((delta.MessageId, "Half of it"), (message.MessageId, message.Text));
    }

    [Fact]
    public async Task Watch_Deltas_ContinueEachOtherWithoutHoleOrOverlap()
    {
        var pieces = Enumerable.Range(0, 500).Select(number => $"w{number} ").ToArray();
        var start = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => WhenOpen(start.Task, pieces, token)));
        var task = await engine.CreateAsync("Talk");
        var watching = Enumerable.Range(0, 8).Select(_ => engine.WatchToEndAsync(task.Id)).ToList();

        start.SetResult();
        foreach (var frames in await Task.WhenAll(watching))
        {
            var length = 0;
            foreach (var delta in frames.OfType<DeltaFrame>())
            {
                Assert.Equal(length, delta.Offset);
                length += delta.Text.Length;
            }

            var whole = frames.OfType<EventFrame>().Select(frame => frame.Event.Data).OfType<MessageData>().Last().Text;
            Assert.Equal(string.Concat(pieces), whole);
        }
    }

    [Fact]
    public async Task Watch_WithACursorAheadOfTheLog_StartsOverWithResync()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Be done");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var frames = await engine.WatchToEndAsync(task.Id, after: 999);

        var snapshot = Assert.IsType<SnapshotFrame>(frames[0]);
        Assert.True(snapshot.Resync);
        Assert.True(JsonDocument.Parse(snapshot.Json).RootElement.GetProperty("resync").GetBoolean());
        Assert.Equal(1, frames.OfType<EventFrame>().First().Event.Seq);
    }

    [Fact]
    public async Task Watch_TooSlow_IsSentResyncAndStillMissesNothing()
    {
        const int Extra = TaskChannel.Capacity + 50;
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);

        using var bound = new CancellationTokenSource(Engine.Bound);
        await using var viewer = engine.Feed.WatchTaskAsync(task.Id, 0, bound.Token).GetAsyncEnumerator(bound.Token);
        var seen = new List<long>();
        var resyncs = 0;
        while (await viewer.MoveNextAsync() && viewer.Current is not DeltaFrame) Note(viewer.Current);

        // The viewer reads nothing while more is logged than its channel holds.
        for (var number = 0; number < Extra; number++)
        {
            var text = $"{number}";
            await engine.Log.ChangeAsync(task.Id, _ => new TaskChange { Log = [new LogEntry(new ProgressData(text, null))] });
        }

        gate.SetResult();
        while (await viewer.MoveNextAsync()) Note(viewer.Current);

        Assert.Equal(1, resyncs);
        var last = (await engine.Reader.FindAsync(task.Id))!.LastSeq;
        Assert.Equal(Enumerable.Range(1, (int)last).Select(number => (long)number), seen);

        void Note(StreamFrame frame)
        {
            if (frame is ResyncFrame) resyncs++;
            if (frame is EventFrame { Event.Seq: var seq }) seen.Add(seq);
        }
    }

    [Fact]
    public async Task Watch_ALongFinishedTask_ReplaysFromTheStoreAndCloses()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Be done");
        var live = await engine.WatchToEndAsync(task.Id);
        await engine.StopAsync();
        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);

        var replayed = await next.WatchToEndAsync(task.Id);

        Assert.Equal(
            live.OfType<EventFrame>().Select(frame => System.Text.Encoding.UTF8.GetString(frame.Json.Span)),
            replayed.OfType<EventFrame>().Select(frame => System.Text.Encoding.UTF8.GetString(frame.Json.Span)));
        Assert.IsType<EndFrame>(replayed[^1]);
    }

    [Fact]
    public async Task WatchList_ResumedFromACursor_TellsWhatHappenedMeanwhile()
    {
        await using var engine = await Engine.StartAsync();
        var first = await engine.CreateAsync("One");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var cursor = (await engine.Reader.ListEventsAsync(first.Id, 0, 100))[^1].Id;
        var second = await engine.CreateAsync("Two");
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        await engine.Tasks.DeleteAsync(first.Id, "you");
        await engine.StopAsync();
        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);

        using var bound = new CancellationTokenSource(Engine.Bound);
        var changes = new List<(string TaskId, string Type)>();
        await foreach (var frame in next.Feed.WatchListAsync(cursor, bound.Token))
        {
            if (frame is TaskChangedFrame change) changes.Add((change.Event.TaskId, change.Event.Type));
            if (frame is TaskChangedFrame { Deleted: true }) break;
        }

        Assert.Equal(
            [(second.Id, "status"), (second.Id, "status"), (second.Id, "status"), (first.Id, "deleted")],
            changes);
    }

    [Fact]
    public async Task Watch_UnknownTask_IsRefusedAsNotFound()
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.WatchToEndAsync("task_nowhere"));

        Assert.Equal("not_found", refused.Code);
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> WhenOpen(
        Task open, string[] pieces, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await open.WaitAsync(cancellationToken);
        foreach (var piece in pieces)
        {
            yield return ScriptedModelProvider.Text(piece);
            await Task.Yield();
        }
    }

    private static async Task<List<StreamFrame>> ReadUntilAsync(Engine engine, string taskId, long after, Func<StreamFrame, bool> seen)
    {
        using var bound = new CancellationTokenSource(Engine.Bound);
        var frames = new List<StreamFrame>();
        await foreach (var frame in engine.Feed.WatchTaskAsync(taskId, after, bound.Token))
        {
            frames.Add(frame);
            if (seen(frame)) return frames;
        }

        throw new InvalidOperationException("The stream ended before it was seen.");
    }
}

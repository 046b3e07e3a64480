using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.App.ViewModels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class ChatViewModelTests
{
    private readonly ChannelFeed feed = new();
    private readonly ListedTasks store = new();
    private readonly TaskLogBuilder log = new();
    private readonly Lock page = new();
    private int changes;

    private ChatViewModel Open(TimeProvider? time = null)
    {
        var chat = new ChatViewModel("task_000001", feed, store, time ?? TimeProvider.System, NullLogger<ChatViewModel>.Instance, action =>
        {
            lock (page) action();
            return Task.CompletedTask;
        });
        chat.Changed += () => Interlocked.Increment(ref changes);
        return chat;
    }

    private Task Until(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        lock (page) return condition();
    });

    [Fact]
    public async Task Watch_FramesOfTheFeed_ReachTheTranscript()
    {
        await using var chat = Open();
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1)), log.Said("m", "Hello"));
        await Until(() => chat.Transcript is { IsCaughtUp: true, Items.Count: 1 });
        Assert.Equal("A task", chat.Task!.Title);
    }

    [Fact]
    public async Task Watch_AFloodOfDeltas_IsDrawnAFewTimesOnly()
    {
        await using var chat = Open();
        chat.Watch();
        var began = Stopwatch.GetTimestamp();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With()));
        for (var index = 0; index < 1500; index++) feed.Send(log.Delta("m", index, "x"));
        await Until(() => chat.Transcript.Items is [MessageItem { Body.Length: 1500 }]);

        // Every 50 ms at most, however long the machine took; the first at once, and the last behind the end.
        Assert.InRange(changes, 1, 2 + (int)(Stopwatch.GetElapsedTime(began) / RenderThrottle.DefaultInterval));
    }

    [Fact]
    public async Task Watch_OfAnUnknownTask_SaysSo()
    {
        feed.Refusal = RefusedException.NotFound("task", "task_000001");
        await using var chat = Open();
        chat.Watch();
        await Until(() => chat.IsMissing);
    }

    [Fact]
    public async Task Watch_AgainAfterTheEnd_GoesOnFromItsCursor()
    {
        await using var chat = Open();
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 2)), log.Said("u", "a", EntryRole.User), log.Said("m", "b"));
        await Until(() => chat.Transcript.LastSeq == 2);
        feed.EndTask();
        await Eventually.TrueAsync(() => feed.Watching == 0);
        await Eventually.TrueAsync(() =>
        {
            chat.Watch();
            return feed.TaskCursors.Count == 2;
        });
        Assert.Equal([0, 2], feed.TaskCursors);
    }

    [Fact]
    public async Task Watch_WhileWatching_DoesNotWatchTwice()
    {
        await using var chat = Open();
        chat.Watch();
        await Eventually.TrueAsync(() => feed.Watching == 1);
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1)), log.Said("m", "Hello"));
        await Until(() => chat.Transcript.LastSeq == 1);
        Assert.Single(feed.TaskCursors);
    }

    [Fact]
    public async Task Watch_ThatBreaks_StartsAgainBehindWhatItHas()
    {
        var time = new ManualTimeProvider();
        await using var chat = Open(time);
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1)), log.Said("m", "Hello"));
        await Until(() => chat.Transcript.LastSeq == 1);
        feed.EndTask(new IOException("The feed broke."));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return feed.TaskCursors.Count == 2;
        });
        Assert.Equal([0, 1], feed.TaskCursors);
    }

    [Fact]
    public async Task Dispose_EndsTheWatch()
    {
        var chat = Open();
        chat.Watch();
        await Eventually.TrueAsync(() => feed.Watching == 1);
        await chat.DisposeAsync();
        Assert.Equal(0, feed.Watching);
    }

    [Fact]
    public async Task AQueuedMessage_GetsItsModeFromTheRow_WhichItsEventDoesNotTell()
    {
        await using var chat = Open();
        chat.Watch();
        var queued = new QueuedMessage { MessageId = "u", Text = "And this", Mode = MessageMode.Steer };
        store.Tasks.Add(ATask.With(version: 2, lastSeq: 1) with { Inbox = [queued] });
        feed.Send(TaskLogBuilder.Snapshot(ATask.With()), log.Queued("u", "And this"));
        await Until(() => chat.Transcript.Queue is [{ Mode: MessageMode.Steer }]);
    }

    [Fact]
    public async Task AnswerTokens_ReadNoRow()
    {
        await using var chat = Open();
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With()), log.Delta("m", 0, "Hello"), log.Said("m", "Hello"));
        await Until(() => chat.Transcript.LastSeq == 1);
        Assert.Empty(store.Found);
    }

    [Fact]
    public async Task ReadRow_TakesInWhatNoEventTells()
    {
        await using var chat = Open();
        chat.Watch();
        feed.Send(TaskLogBuilder.Snapshot(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot, text: "It waits for a slot; it is number 3 in the queue.")));
        await Until(() => chat.Task is not null);
        store.Tasks.Add(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot, text: "It waits for a slot; it is number 2 in the queue."));
        chat.ReadRow();
        await Until(() => chat.Task!.ReasonText!.Contains("number 2", StringComparison.Ordinal));
    }
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Events;

/// <summary>
/// The live feed: takes in what is committed and what streams, and lets any number of viewers follow, each at its own pace.
/// </summary>
/// <remarks>
/// A viewer joins the task's channel first and reads the snapshot then, so that nothing falls between; from there on it pulls by sequence
/// number, from the channel where that reaches far enough back and from the store where it does not. Exactly once is one comparison.
/// </remarks>
internal sealed class TaskFeed : ITaskFeed, ICommitListener
{
    private const int StorePage = 500;

    private readonly ConcurrentDictionary<string, TaskChannel> channels = new(StringComparer.Ordinal);
    private readonly ITaskReader reader;
    private readonly ListChannel list;
    private readonly ChatFeed chats;

    public TaskFeed(ITaskReader reader, IChatLog chatLog, ListChannel list)
    {
        this.reader = reader;
        this.list = list;
        chats = new ChatFeed(chatLog, list, channels.GetValueOrDefault, Traffic);
        list.Traffic = Traffic;
    }

    /// <summary>How many watch a task, a chat or the list now, over all of them. Each costs memory until it is gone.</summary>
    public int ViewerCount => list.ViewerCount + chats.ViewerCount + channels.Sum(static channel => channel.Value.ViewerCount);

    /// <summary>What viewers are given.</summary>
    public FeedTraffic Traffic { get; } = new();

    /// <summary>The newest event that was committed, of whichever task.</summary>
    public long NewestId => list.NewestId;

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        var task = (after ?? before)!;
        var live = after is not null && !after.Status.IsTerminal();
        var channel = live ? GetOrAdd(task.Id) : channels.GetValueOrDefault(task.Id);
        if (channel is not null && channel.Publish(after, events)) Forget(channel);

        // Behind the task's own channel: a text that is whole is not open there any more, and does not come back to the chat.
        chats.Committed(task, live, events);
        list.Publish(after, task.Audience, events);
    }

    /// <summary>Adds streaming text of a running task.</summary>
    public void Append(string taskId, string messageId, EntryRole role, string piece) => GetOrAdd(taskId).Append(messageId, role, piece);

    /// <summary>Keeps a task's streams open past its end while it is deleted; null when nobody watches and nothing is to be released.</summary>
    public IDisposable? HoldForDeletion(string taskId) => channels.TryGetValue(taskId, out var channel) ? new Hold(channel) : null;

    public IAsyncEnumerable<ListFrame> WatchListAsync(long? after, CancellationToken cancellationToken) => list.WatchAsync(after, cancellationToken);

    public IAsyncEnumerable<StreamFrame> WatchChatAsync(string chatId, long after, CancellationToken cancellationToken) =>
        chats.WatchAsync(chatId, after, cancellationToken);

    public async IAsyncEnumerable<StreamFrame> WatchTaskAsync(
        string taskId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = new WakeSignal();
        var channel = Join(taskId, signal);
        using var ending = cancellationToken.UnsafeRegister(static state => ((WakeSignal)state!).Set(), signal);
        try
        {
            var task = await reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
            var ahead = after > task.LastSeq;
            var position = new ViewerPosition(ahead ? 0 : after);
            var frames = new List<StreamFrame>();
            var caughtUp = false;
            yield return new SnapshotFrame(task, channel.NewestText(), ahead);

            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                frames.Clear();
                var progress = channel.Read(position, task.LastSeq, frames);
                if (progress.Hole)
                {
                    if (caughtUp)
                    {
                        caughtUp = false;
                        position.ForgetTexts();
                        Traffic.CountResync();
                        yield return new ResyncFrame(taskId);
                        task = await reader.FindAsync(taskId, cancellationToken) ?? task;
                        yield return new SnapshotFrame(task, channel.NewestText(), false);
                    }

                    var stored = await reader.ListEventsAsync(taskId, position.Cursor, StorePage, cancellationToken);
                    if (stored.Count > 0)
                    {
                        Traffic.CountFrames(stored.Count);
                        foreach (var @event in stored)
                        {
                            position.Cursor = @event.Seq;
                            yield return new EventFrame(@event);
                        }

                        continue;
                    }

                    // Nothing where something was: the task is being deleted, and the channel is about to say so.
                }

                Traffic.CountFrames(frames.Count);
                foreach (var frame in frames) yield return frame;
                if (progress.Deleted) yield break;

                caughtUp = true;
                if (!progress.Held && (progress.State ?? task).Status.IsTerminal() && position.Cursor >= progress.LastSeq)
                {
                    yield return new EndFrame(taskId);
                    yield break;
                }

                await signal.WaitAsync();
            }
        }
        finally
        {
            if (channel.Leave(signal)) Forget(channel);
        }
    }

    private TaskChannel GetOrAdd(string taskId) => channels.GetOrAdd(taskId, static id => new TaskChannel(id));

    private TaskChannel Join(string taskId, WakeSignal signal)
    {
        while (true)
        {
            var channel = GetOrAdd(taskId);
            if (channel.TryJoin(signal)) return channel;
            Forget(channel);
        }
    }

    private sealed class Hold : IDisposable
    {
        private readonly TaskChannel channel;

        public Hold(TaskChannel channel)
        {
            this.channel = channel;
            channel.Hold(true);
        }

        public void Dispose() => channel.Hold(false);
    }

    private void Forget(TaskChannel channel) => channels.TryRemove(KeyValuePair.Create(channel.TaskId, channel));
}

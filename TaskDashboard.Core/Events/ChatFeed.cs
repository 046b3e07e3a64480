using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Events;

/// <summary>The chats that are watched, and the way to watch one.</summary>
/// <remarks>
/// A viewer joins the chat's channel first and reads the store then, from its cursor to the end, so that nothing falls between; from there on it
/// pulls from the channel. Ids grow over the whole store in the order of the commits: exactly once, and the same order for everybody, is one
/// comparison.
/// </remarks>
internal sealed class ChatFeed(IChatLog log, ListChannel list, Func<string, TaskChannel?> findTask, FeedTraffic traffic)
{
    private const int StorePage = 500;

    /// <summary>How many ids of stored events are at hand while a viewer is brought up to date.</summary>
    private const int MostIds = 50_000;

    private readonly ConcurrentDictionary<string, ChatChannel> channels = new(StringComparer.Ordinal);

    /// <summary>How many watch a chat now, over all of them.</summary>
    public int ViewerCount => channels.Sum(static channel => channel.Value.ViewerCount);

    /// <summary>Takes in what was committed of a task; for a chat that nobody watches, one look into a table.</summary>
    /// <param name="task">The task as it is, or was.</param>
    /// <param name="live">It has not ended.</param>
    /// <param name="events">What was logged, in order.</param>
    public void Committed(AgentTask task, bool live, IReadOnlyList<TaskEvent> events)
    {
        if (!channels.TryGetValue(task.ChatId, out var chat)) return;
        if (live) findTask(task.Id)?.TellAlso(chat, task.IsPrimary);
        chat.Publish(task, !live, events);
    }

    public async IAsyncEnumerable<StreamFrame> WatchAsync(string chatId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = new WakeSignal();
        var channel = Join(chatId, signal);
        using var ending = cancellationToken.UnsafeRegister(static state => ((WakeSignal)state!).Set(), signal);
        try
        {
            // The channel can be found by now: a task that goes live from here on finds it by itself.
            foreach (var (taskId, isPrimary) in log.LiveTasksOf(chatId)) findTask(taskId)?.TellAlso(channel, isPrimary);

            var picture = await log.ReadAsync(chatId, cancellationToken) ?? throw RefusedException.NotFound("chat", chatId);

            // Its own newest event does not tell: the one that a deleted task left behind is newer, and gone.
            var ahead = after > Math.Max(list.NewestId, picture.LastId);
            var position = new ViewerPosition(ahead ? 0 : after);
            var frames = new List<StreamFrame>();
            var isLive = false;
            yield return new ChatSnapshotFrame(picture, channel.Texts(), ahead);

            for (var stored = true; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (stored)
                {
                    // What was dropped before the reading is in its answer, or deleted with its task.
                    var dropped = channel.DroppedId;
                    await foreach (var frame in ReadStoredAsync(chatId, position, cancellationToken)) yield return frame;
                    position.Cursor = Math.Max(position.Cursor, dropped);
                    stored = false;
                }

                frames.Clear();
                if (!channel.TryRead(position, frames))
                {
                    stored = true;
                    if (!isLive) continue;
                    position.ForgetTexts();
                    traffic.CountResync();
                    yield return new ChatResyncFrame(chatId);
                    if (await log.ReadAsync(chatId, cancellationToken) is not { } newer)
                    {
                        yield return new ChatDeletedFrame(chatId);
                        yield break;
                    }

                    yield return new ChatSnapshotFrame(newer, channel.Texts(), false);
                    continue;
                }

                isLive = true;
                traffic.CountFrames(frames.Count);
                var less = false;
                foreach (var frame in frames)
                {
                    less |= frame is ChatEventFrame { Event.Data: DeletedData };
                    yield return frame;
                }

                if (less && !await log.ExistsAsync(chatId, cancellationToken))
                {
                    yield return new ChatDeletedFrame(chatId);
                    yield break;
                }

                await signal.WaitAsync();
            }
        }
        finally
        {
            if (channel.Leave(signal)) channels.TryRemove(KeyValuePair.Create(chatId, channel));
        }
    }

    /// <summary>Everything behind the cursor that is in the store; moves the cursor on.</summary>
    private async IAsyncEnumerable<ChatEventFrame> ReadStoredAsync(string chatId, ViewerPosition position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var ids = await log.ListEventIdsAsync(chatId, position.Cursor, MostIds, cancellationToken);
            foreach (var page in ids.Chunk(StorePage))
            {
                var told = await log.ListEventsAsync(page, cancellationToken);
                traffic.CountFrames(told.Count);
                foreach (var frame in told)
                {
                    position.Cursor = frame.Event.Id;
                    yield return frame;
                }
            }

            if (ids.Count < MostIds) yield break;

            // Also where a task was deleted under the reading, and its events with it.
            position.Cursor = Math.Max(position.Cursor, ids[^1]);
        }
    }

    private ChatChannel Join(string chatId, WakeSignal signal)
    {
        while (true)
        {
            var channel = channels.GetOrAdd(chatId, static id => new ChatChannel(id));
            if (channel.TryJoin(signal)) return channel;
            channels.TryRemove(KeyValuePair.Create(chatId, channel));
        }
    }
}

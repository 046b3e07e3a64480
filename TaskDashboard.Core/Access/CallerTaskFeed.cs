using System.Runtime.CompilerServices;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>
/// What one caller may watch. Looked at again at every change of who may see what: nothing is sent after a share or a key was taken back, or after the first
/// account made of the person at this machine somebody who has to say who they are; and the stream ends.
/// </summary>
internal sealed class CallerTaskFeed(TaskFeed inner, TaskReader reader, ICallerSource source, ChatAccess access) : ITaskFeed
{
    public long NewestId => inner.NewestId;

    public IAsyncEnumerable<StreamFrame> WatchTaskAsync(string taskId, long after, CancellationToken cancellationToken) =>
        WatchOneTaskAsync(taskId, after, cancellationToken);

    public IAsyncEnumerable<StreamFrame> WatchChatAsync(string chatId, long after, CancellationToken cancellationToken) =>
        WatchOneChatAsync(chatId, after, cancellationToken);

    public IAsyncEnumerable<ListFrame> WatchListAsync(long? after, CancellationToken cancellationToken) =>
        WatchOwnListAsync(after, cancellationToken);

    private async IAsyncEnumerable<StreamFrame> WatchOneTaskAsync(string taskId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(taskId, cancellationToken) is not { } task || !access.MaySee(source.Caller, task.Audience)) throw RefusedException.NotFound("task", taskId);
        await foreach (var frame in WhileSeenAsync(seen => inner.WatchTaskAsync(taskId, after, seen), task.Audience, cancellationToken)) yield return frame;
    }

    private async IAsyncEnumerable<StreamFrame> WatchOneChatAsync(string chatId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await reader.FindChatAsync(chatId, cancellationToken) is not { } chat || !access.MaySee(source.Caller, chat.Audience)) throw RefusedException.NotFound("chat", chatId);
        await foreach (var frame in WhileSeenAsync(seen => inner.WatchChatAsync(chatId, after, seen), chat.Audience, cancellationToken)) yield return frame;
    }

    private async IAsyncEnumerable<StreamFrame> WhileSeenAsync(Func<CancellationToken, IAsyncEnumerable<StreamFrame>> watch, Audience audience, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var sight = new Sight(source, access, audience, cancellationToken);
        await using var frames = watch(sight.Lost).GetAsyncEnumerator(sight.Lost);
        while (true)
        {
            bool more;
            try
            {
                more = await frames.MoveNextAsync();
            }
            catch (OperationCanceledException) when (sight.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Nothing is wrong: it ends as it would with its last frame.
                more = false;
            }

            if (!more || !sight.Holds()) yield break;
            yield return frames.Current;
        }
    }

    private async IAsyncEnumerable<ListFrame> WatchOwnListAsync(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = default(TaskCounts);
        await foreach (var frame in inner.WatchListAsync(after, cancellationToken))
        {
            var caller = source.Caller;
            if (caller == Caller.Nobody) yield break;
            switch (frame)
            {
                case ListSnapshotFrame snapshot:
                    yield return new ListSnapshotFrame(told = CountsOf(caller), snapshot.LastId, snapshot.Resync);
                    break;
                case TaskChangedFrame changed when access.MaySee(caller, changed.Audience):
                    yield return frame;
                    break;
                case CountsFrame:
                    var counts = CountsOf(caller);
                    if (counts.SaysTheSameAs(told)) break;
                    yield return new CountsFrame(told = counts);
                    break;
            }
        }
    }

    private TaskCounts CountsOf(Caller caller) => caller.SeesAll ? reader.Counts : reader.CountsOf(caller.UserId);
}

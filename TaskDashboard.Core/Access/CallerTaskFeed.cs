using System.Runtime.CompilerServices;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>
/// What one caller may watch. Looked at again before every frame behind a change of who may see what: nothing is sent after a share was taken back, or
/// after the first account made of the person at this machine somebody who has to say who they are. With a key it is looked at before every frame.
/// </summary>
internal sealed class CallerTaskFeed(TaskFeed inner, TaskReader reader, ICallerSource source, ChatAccess access) : ITaskFeed
{
    public IAsyncEnumerable<StreamFrame> WatchTaskAsync(string taskId, long after, CancellationToken cancellationToken) =>
        WatchOneTaskAsync(taskId, after, cancellationToken);

    public IAsyncEnumerable<StreamFrame> WatchChatAsync(string chatId, long after, CancellationToken cancellationToken) =>
        WatchOneChatAsync(chatId, after, cancellationToken);

    public IAsyncEnumerable<ListFrame> WatchListAsync(long? after, CancellationToken cancellationToken) =>
        WatchOwnListAsync(after, cancellationToken);

    private async IAsyncEnumerable<StreamFrame> WatchOneTaskAsync(string taskId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(taskId, cancellationToken) is not { } task || !access.MaySee(source.Caller, task.Audience)) throw RefusedException.NotFound("task", taskId);
        await foreach (var frame in WhileSeenAsync(inner.WatchTaskAsync(taskId, after, cancellationToken), task.Audience)) yield return frame;
    }

    private async IAsyncEnumerable<StreamFrame> WatchOneChatAsync(string chatId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await reader.FindChatAsync(chatId, cancellationToken) is not { } chat || new Audience(chat.PersonId, chat.AccessChatId) is var audience && !access.MaySee(source.Caller, audience))
            throw RefusedException.NotFound("chat", chatId);
        await foreach (var frame in WhileSeenAsync(inner.WatchChatAsync(chatId, after, cancellationToken), audience)) yield return frame;
    }

    private async IAsyncEnumerable<StreamFrame> WhileSeenAsync(IAsyncEnumerable<StreamFrame> frames, Audience audience)
    {
        var seen = access.Version;

        // A session ends by a change that is told. A key ends by itself, too, when its time is over.
        var byKey = source.Caller.KeyId is not null;
        await foreach (var frame in frames)
        {
            if (access.Version is var now && (byKey || now != seen))
            {
                seen = now;
                if (!access.MaySee(source.Caller, audience)) yield break;
            }

            yield return frame;
        }
    }

    private async IAsyncEnumerable<ListFrame> WatchOwnListAsync(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = default(TaskCounts);
        await foreach (var frame in inner.WatchListAsync(after, cancellationToken))
        {
            var caller = source.Caller;
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

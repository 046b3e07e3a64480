using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A feed made of channels: what a test writes is what viewers get. Tells who watches, and from where.</summary>
internal sealed class ChannelFeed : ITaskFeed
{
    private Channel<ListFrame> list = Channel.CreateUnbounded<ListFrame>();
    private Channel<StreamFrame> task = Channel.CreateUnbounded<StreamFrame>();
    private int watching;

    public ConcurrentQueue<long> TaskCursors { get; } = [];

    public ConcurrentQueue<long?> ListCursors { get; } = [];

    public long NewestId { get; set; }

    public int ListWatches { get; private set; }

    /// <summary>Watches of a task that have not ended.</summary>
    public int Watching => Volatile.Read(ref watching);

    /// <summary>What a watch of a task answers with, instead of frames.</summary>
    public Exception? Refusal { get; set; }

    public void Send(params StreamFrame[] frames)
    {
        foreach (var frame in frames) task.Writer.TryWrite(frame);
    }

    public void Send(params ListFrame[] frames)
    {
        foreach (var frame in frames) list.Writer.TryWrite(frame);
    }

    /// <summary>Ends the present stream; the next watch gets a new one.</summary>
    public void EndTask(Exception? error = null)
    {
        var ended = task;
        task = Channel.CreateUnbounded<StreamFrame>();
        ended.Writer.Complete(error);
    }

    /// <summary>Breaks the present watch of the list; the next one gets a new stream.</summary>
    public void BreakList(Exception error)
    {
        var broken = list;
        list = Channel.CreateUnbounded<ListFrame>();
        broken.Writer.Complete(error);
    }

    public async IAsyncEnumerable<StreamFrame> WatchTaskAsync(string taskId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskCursors.Enqueue(after);
        if (Refusal is not null) throw Refusal;
        Interlocked.Increment(ref watching);
        try
        {
            await foreach (var frame in task.Reader.ReadAllAsync(cancellationToken)) yield return frame;
        }
        finally
        {
            Interlocked.Decrement(ref watching);
        }
    }

    /// <summary>What is sent for the task is the chat's stream too, for who watches that.</summary>
    public IAsyncEnumerable<StreamFrame> WatchChatAsync(string chatId, long after, CancellationToken cancellationToken) => WatchTaskAsync(chatId, after, cancellationToken);

    public async IAsyncEnumerable<ListFrame> WatchListAsync(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListWatches++;
        ListCursors.Enqueue(after);
        await foreach (var frame in list.Reader.ReadAllAsync(cancellationToken)) yield return frame;
    }

    public static TaskChangedFrame Changed(AgentTask task, AgentTaskStatus? previous, long id = 1) => new(
        new TaskEvent(id, task.LastSeq, EventTypes.Status, task.CreatedAt, task.Id, task.RunId, task.ChatId, new StatusData(task.Status, task.Reason, task.ReasonText, previous), default),
        task, task.Audience);

    public static TaskChangedFrame Deleted(string taskId) => new(
        new TaskEvent(9, 9, EventTypes.Deleted, default, taskId, null, "chat_1", new DeletedData(), default), null, default);

    public static TaskCounts Counts(long running = 0, long needsYou = 0, long completed = 0) => new(
        AgentTaskStatusExtensions.All.ToDictionary(status => status, status => status switch
        {
            AgentTaskStatus.Running => running,
            AgentTaskStatus.Waiting => needsYou,
            AgentTaskStatus.Completed => completed,
            _ => 0L,
        }),
        needsYou);
}

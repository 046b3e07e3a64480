using System.Runtime.CompilerServices;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Events;

/// <summary>
/// The newest changes of the task list, for any number of viewers that pull at their own pace. Who falls too far behind is told to read the
/// list anew.
/// </summary>
internal sealed class ListChannel(ITaskReader reader, IListLog log)
{
    /// <summary>How many changes are at hand.</summary>
    internal const int Capacity = 2048;

    /// <summary>How many changes a viewer that comes back is told from the store before it is told to read anew.</summary>
    private const int MaxReplay = 2000;

    private readonly Lock gate = new();
    private readonly Queue<TaskChangedFrame> recent = new();
    private WakeSignal[] viewers = [];
    private long lastId;
    private long droppedId;
    private TaskCounts? countsAtLast;

    /// <summary>Where it counts what viewers are given.</summary>
    public FeedTraffic Traffic { get; set; } = new();

    /// <summary>How many watch the list now.</summary>
    public int ViewerCount => Volatile.Read(ref viewers).Length;

    /// <summary>The newest event that was committed, of whichever task.</summary>
    public long NewestId
    {
        get
        {
            lock (gate) return lastId;
        }
    }

    /// <summary>Says up to where the log reached when the process started.</summary>
    public void StartAt(long newestId) => lastId = droppedId = newestId;

    /// <summary>Types of events that change what a list shows.</summary>
    public static bool IsListLevel(string type) =>
        type is EventTypes.Status or EventTypes.Title or EventTypes.Request or EventTypes.RequestResolved or EventTypes.Deleted;

    public void Publish(AgentTask? after, Audience audience, IReadOnlyList<TaskEvent> events)
    {
        WakeSignal[] wake;
        lock (gate)
        {
            foreach (var @event in events)
            {
                lastId = @event.Id;
                if (!IsListLevel(@event.Type)) continue;
                recent.Enqueue(new TaskChangedFrame(@event, after, audience));
                if (recent.Count > Capacity) droppedId = recent.Dequeue().Event.Id;
            }

            wake = viewers;

            // Taken here, on the writer's thread, they are those after this change; read later they might be those after the next one too.
            countsAtLast = wake.Length > 0 ? reader.Counts : null;
        }

        foreach (var viewer in wake) viewer.Set();
    }

    public async IAsyncEnumerable<ListFrame> WatchAsync(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = new WakeSignal();
        using var ending = cancellationToken.UnsafeRegister(static state => ((WakeSignal)state!).Set(), signal);
        lock (gate) viewers = [.. viewers, signal];
        try
        {
            long newest;
            lock (gate) newest = lastId;
            var ahead = after > newest;
            var cursor = ahead || after is null ? newest : after.Value;
            yield return new ListSnapshotFrame(reader.Counts, newest, ahead);

            var frames = new List<ListFrame>();
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                frames.Clear();
                if (!TryRead(ref cursor, frames, out var dropped, out var counts))
                {
                    var missed = await log.ListChangesAsync(cursor, MaxReplay, cancellationToken);
                    if (missed.Count == MaxReplay)
                    {
                        lock (gate) cursor = lastId;
                        Traffic.CountResync();
                        yield return new ListSnapshotFrame(reader.Counts, cursor, true);
                        continue;
                    }

                    // What was dropped before the query is in its answer; what was dropped since is asked for in the next round.
                    cursor = Math.Max(dropped, missed.Count == 0 ? 0 : missed[^1].Event.Id);
                    Traffic.CountFrames(missed.Count);
                    foreach (var (@event, audience) in missed) yield return new TaskChangedFrame(@event, null, audience);
                    continue;
                }

                if (frames.Count > 0)
                {
                    Traffic.CountFrames(frames.Count + 1);
                    foreach (var frame in frames) yield return frame;
                    yield return new CountsFrame(counts ?? reader.Counts);
                    continue;
                }

                await signal.WaitAsync();
            }
        }
        finally
        {
            lock (gate) viewers = Array.FindAll(viewers, other => other != signal);
        }
    }

    /// <summary>False when the cursor lies before what is at hand.</summary>
    private bool TryRead(ref long cursor, List<ListFrame> frames, out long dropped, out TaskCounts? counts)
    {
        lock (gate)
        {
            dropped = droppedId;
            counts = countsAtLast;
            if (cursor < droppedId) return false;
            foreach (var frame in recent)
            {
                if (frame.Event.Id <= cursor) continue;
                frames.Add(frame);
            }

            cursor = Math.Max(cursor, lastId);
            return true;
        }
    }
}

/// <summary>The list-level part of the log, in the store.</summary>
internal interface IListLog
{
    /// <summary>
    /// Events that change what a list shows, with an id above <paramref name="after"/>, in order, each with who may see its task. Fewer than the limit are all that
    /// there are.
    /// </summary>
    Task<IReadOnlyList<(TaskEvent Event, Audience Audience)>> ListChangesAsync(long after, int limit, CancellationToken cancellationToken);
}

using System.Buffers;
using System.IO.Pipelines;

namespace TaskDashboard.App.Api.Streams;

/// <summary>
/// The one way to a viewer's connection, with a heartbeat after every 15 s of silence.
/// </summary>
/// <remarks>
/// Two sides write: the stream's own loop, and the heartbeat's timer. The gate tells who may. The loop holds it while it has
/// frames and lets go of it only while it waits for more, so a frame costs neither a lock nor a timer: the timer comes round
/// by itself, looks how long the silence is, and sets itself to what is left of it.
/// </remarks>
internal sealed class EventStreamWriter : IAsyncDisposable
{
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>A source that always has more is flushed all the same, so that neither memory nor the viewer's wait grows.</summary>
    private const int FlushAt = 16 * 1024;

    private readonly PipeWriter output;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim gate = new(0, 1);
    private readonly ITimer timer;
    private Task beat = Task.CompletedTask;
    private long lastWrite;
    private int unflushed;

    /// <summary>The creator holds the gate from the start.</summary>
    public EventStreamWriter(PipeWriter output, TimeProvider time)
    {
        this.output = output;
        this.time = time;
        lastWrite = time.GetTimestamp();
        timer = time.CreateTimer(static state => ((EventStreamWriter)state!).LookAtSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(HeartbeatInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the connection takes nothing any more.</summary>
    public bool IsGone { get; private set; }

    public bool WantsFlush => unflushed >= FlushAt;

    public void Append<TFrame, TShape>(TFrame frame)
        where TShape : struct, IStreamShape<TFrame> =>
        unflushed += EventBlock.Write(output, TShape.Name(frame), TShape.Cursor(frame), TShape.Json(frame));

    public async ValueTask FlushAsync()
    {
        unflushed = 0;
        var flushed = await output.FlushAsync();
        if (flushed.IsCompleted || flushed.IsCanceled) IsGone = true;
        Volatile.Write(ref lastWrite, time.GetTimestamp());
    }

    /// <summary>The loop waits for frames; the heartbeat may write.</summary>
    public void Release() => gate.Release();

    /// <summary>The loop has frames; completes at once unless a heartbeat is being written.</summary>
    public Task HoldAsync() => gate.WaitAsync();

    /// <summary>Waits for a heartbeat that is under way: the response must not end under it.</summary>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        await beat;
        gate.Dispose();
    }

    private void LookAtSilence()
    {
        var left = HeartbeatInterval - time.GetElapsedTime(Volatile.Read(ref lastWrite));
        if (left > TimeSpan.Zero) timer.Change(left, Timeout.InfiniteTimeSpan);
        else if (gate.Wait(0)) beat = BeatAsync();
        else timer.Change(HeartbeatInterval, Timeout.InfiniteTimeSpan);
    }

    private async Task BeatAsync()
    {
        try
        {
            output.Write(EventBlock.Heartbeat);
            await FlushAsync();
        }
        finally
        {
            timer.Change(HeartbeatInterval, Timeout.InfiniteTimeSpan);
            gate.Release();
        }
    }
}

using Microsoft.Playwright;

namespace TaskDashboard.Load.Pages;

/// <summary>Counts what a page is sent over its circuit, as the circuit has it: what the connection compresses is counted as it was before.</summary>
internal sealed class CircuitTraffic
{
    private long bytes;
    private long frames;

    /// <summary>Listens to a page that has not gone anywhere yet.</summary>
    public CircuitTraffic(IPage page) => page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
    {
        Interlocked.Add(ref bytes, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
        Interlocked.Increment(ref frames);
    };

    public long Bytes => Interlocked.Read(ref bytes);

    public long Frames => Interlocked.Read(ref frames);
}

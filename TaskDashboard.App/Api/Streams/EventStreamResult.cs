using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Streams;

/// <summary>
/// Answers with an event stream (SSE), until its last frame, the viewer's leaving or the server's stop; each of them is a quiet end.
/// </summary>
/// <param name="open">Begins to watch. What it refuses with its first frame is still answered as a problem.</param>
/// <param name="statusCode">Of the answer.</param>
internal sealed class EventStreamResult<TFrame, TShape>(
    Func<CancellationToken, IAsyncEnumerable<TFrame>> open, int statusCode = StatusCodes.Status200OK) : IResult
    where TShape : struct, IStreamShape<TFrame>
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var hasBegun = false;
        try
        {
            await using var frames = open(ended.Token).GetAsyncEnumerator(ended.Token);
            if (!await frames.MoveNextAsync()) return;

            Begin(context);
            hasBegun = true;
            await using var writer = new EventStreamWriter(context.Response.BodyWriter, services.GetRequiredService<TimeProvider>());
            await PumpAsync(frames, writer, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The viewer left or the server stops. The work that was watched goes on; the viewer comes back with its cursor.
            if (!hasBegun && !context.RequestAborted.IsCancellationRequested) await Problem.Of(RefusedException.Draining()).WriteAsync(context);
        }
    }

    private void Begin(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = statusCode;
        response.ContentType = EventStream.ContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Everything that is ready goes out with one flush: a flush costs many times what a frame does.</summary>
    private static async Task PumpAsync(IAsyncEnumerator<TFrame> frames, EventStreamWriter writer, CancellationTokenSource ended)
    {
        while (true)
        {
            var frame = frames.Current;
            writer.Append<TFrame, TShape>(frame);
            if (TShape.IsLast(frame)) break;

            var next = frames.MoveNextAsync();
            if (next.IsCompleted)
            {
                // An enumerator must not be left in the middle of a move, so this is looked at before the flush below.
                if (!await next) break;
                if (writer.WantsFlush) await writer.FlushAsync();
            }
            else
            {
                await writer.FlushAsync();
                if (writer.IsGone) await ended.CancelAsync();
                writer.Release();
                var more = await next;
                await writer.HoldAsync();
                if (!more) break;
            }

            if (writer.IsGone) return;
        }

        await writer.FlushAsync();
    }
}

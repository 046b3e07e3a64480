using Microsoft.AspNetCore.Http.Features;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Problems;

/// <summary>
/// Refuses a body over 8 MiB, or over what its endpoint says (<see cref="OwnBodyLimit"/>). The rest of it is read and thrown away, up to a bound: a client that is still sending when the
/// connection is closed under it would see a broken connection instead of the answer.
/// </summary>
internal sealed class BodyLimit(RequestDelegate next, TimeProvider time)
{
    public const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>The server's own limit: how much of a body is read at all, whatever comes of it.</summary>
    public const long MaxReadBytes = 5 * MaxBytes;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var own = context.GetEndpoint()?.Metadata.GetMetadata<OwnBodyLimit>();
        if (own is not null)
        {
            await InvokeAsync(context, own);
            return;
        }

        if (request.ContentLength is { } length)
        {
            if (length <= MaxBytes)
            {
                await next(context);
                return;
            }

            // A client that asks first has not sent anything yet, and will not.
            var asksFirst = request.Headers.Expect.Count > 0;
            if (length <= MaxReadBytes && !asksFirst) await DrainAsync(context, request.Body);
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var whole = request.Body;
        var limited = new LimitedBody(whole, MaxBytes);
        request.Body = limited;
        try
        {
            await next(context);
        }
        finally
        {
            request.Body = whole;
            if (limited.Exceeded) await DrainAsync(context, whole);
        }
    }

    /// <summary>The endpoint may refuse at any place of the body; whoever is still sending then is listened to for a while, too.</summary>
    private async Task InvokeAsync(HttpContext context, OwnBodyLimit own)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server) server.MaxRequestBodySize = own.MaxBytes + MaxReadBytes;
        var request = context.Request;
        var whole = request.Body;
        request.Body = new LimitedBody(whole, own.MaxBytes);
        try
        {
            if (request.ContentLength > own.MaxBytes) throw RefusedException.TooLarge(own.Field, own.Message);
            await next(context);
        }
        catch (BadHttpRequestException exceeded) when (exceeded.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await DrainAsync(context, whole);
            throw RefusedException.TooLarge(own.Field, own.Message);
        }
        catch (RefusedException) when (request.Headers.Expect.Count == 0)
        {
            await DrainAsync(context, whole);
            throw;
        }
        finally
        {
            request.Body = whole;
        }
    }

    private async Task DrainAsync(HttpContext context, Stream body)
    {
        using var bound = new CancellationTokenSource(DrainTime, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, context.RequestAborted);
        try
        {
            await body.CopyToAsync(Stream.Null, ended.Token);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or IOException)
        {
            // Too much, too slow, or gone: the answer is tried all the same, and the connection closed behind it.
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Passes a body of unknown length on, and refuses to go beyond the limit.</summary>
    private sealed class LimitedBody(Stream inner, long limit) : Stream
    {
        private long seen;

        public bool Exceeded => seen > limit;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            seen += read;
            return Exceeded
                ? throw new BadHttpRequestException("The body is over the limit.", StatusCodes.Status413PayloadTooLarge)
                : read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using System.Net;
using System.Runtime.CompilerServices;

namespace TaskDashboard.Core.Providers;

/// <summary>A streaming answer whose reader is told of a stall or a cut as a <see cref="ModelCallFailure"/>.</summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly StallWatch watch;
    private readonly ModelCallFailures failures;

    public WatchedContent(HttpContent inner, StallWatch watch, ModelCallFailures failures)
    {
        this.inner = inner;
        this.watch = watch;
        this.failures = failures;
        Headers.ContentType = inner.Headers.ContentType;
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new WatchedStream(inner.ReadAsStream(cancellationToken), watch, failures);

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new WatchedStream(await inner.ReadAsStreamAsync().ConfigureAwait(false), watch, failures);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var source = await CreateContentReadStreamAsync().ConfigureAwait(false);
        await source.CopyToAsync(stream).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            watch.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>The read side of <see cref="WatchedContent"/>. Ends an answer that would fill the memory of whoever reads it frame by frame.</summary>
internal sealed class WatchedStream(Stream inner, StallWatch watch, ModelCallFailures failures) : Stream
{
    /// <summary>Longest line in bytes. A frame is read as a whole, and the largest that makes sense is an answer in one piece.</summary>
    internal const int LongestLine = 16 << 20;

    /// <summary>Longest answer in bytes: the frames of streamed tokens are a hundred times what they say.</summary>
    private const long LongestAnswer = 512 << 20;

    private long total;
    private long line;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // Pooled, because nearly every token of every answer waits here once.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Follow(cancellationToken);
        watch.Waiting();
        try
        {
            var read = await inner.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            watch.Arrived();
            Count(buffer.Span[..read]);
            return read;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (watch.Stalled) throw failures.TimedOut(watch.Started, watch.Limit, exception);
            if (exception is OperationCanceledException) throw;
            throw failures.Cut(exception);
        }
    }

    /// <exception cref="ModelCallFailure">It is too much.</exception>
    private void Count(ReadOnlySpan<byte> bytes)
    {
        total += bytes.Length;
        line = bytes.LastIndexOf((byte)'\n') is >= 0 and var end ? bytes.Length - end - 1 : line + bytes.Length;
        if (line > LongestLine) throw failures.Malformed($"a line of more than {LongestLine >> 20} MiB.");
        if (total > LongestAnswer) throw failures.Malformed($"an answer of more than {LongestAnswer >> 20} MiB.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            watch.Dispose();
        }

        base.Dispose(disposing);
    }
}

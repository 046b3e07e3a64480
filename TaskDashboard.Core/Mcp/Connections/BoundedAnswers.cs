namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>
/// What a server sends, as long as no single message of it is larger than anybody could use: a reader keeps a message whole, and one without an end would
/// take all the memory that there is. For one reader.
/// </summary>
/// <param name="source">What it sends; closed with this.</param>
/// <param name="breaks">How many line ends in a row end a message; 0 where all of it is one.</param>
internal sealed class BoundedAnswers(Stream source, int breaks) : Stream
{
    /// <summary>More than a hundred times of what is kept of a tool's result.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private int length;
    private int ended;

    /// <summary>What was wrong with it; null for nothing.</summary>
    public string? Problem { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        Check(buffer[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..count]);
        return count;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> piece)
    {
        while (breaks > 0 && piece.IndexOf((byte)'\n') is var at and >= 0)
        {
            // A carriage return in front belongs to the line end.
            var isEmpty = at == 0 || (at == 1 && piece[0] == '\r');
            ended = isEmpty ? ended + 1 : 1;
            length = ended >= breaks ? 0 : length + at + 1;
            Bound();
            piece = piece[(at + 1)..];
        }

        length += piece.Length;
        if (piece.Length > 1 || (piece.Length == 1 && piece[0] != '\r')) ended = 0;
        Bound();
    }

    private void Bound()
    {
        if (length <= MaxBytes) return;
        Problem = $"It sent a message of more than {MaxBytes / 1024 / 1024} MB.";
        throw new IOException(Problem);
    }
}

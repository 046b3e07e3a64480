using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>A text file open to be read from the front, never loaded whole.</summary>
internal sealed class TextFile : IDisposable
{
    private const int SampleBytes = 8 * 1024;
    private readonly StreamReader reader;

    private TextFile(StreamReader reader, long size) => (this.reader, Size) = (reader, size);

    /// <summary>In bytes, when it was opened.</summary>
    public long Size { get; }

    /// <exception cref="ToolException">It is not text.</exception>
    public static TextFile Open(WorkDirectory directory, WorkPath path) => TryOpen(directory, path, out var size)
        ?? throw new ToolException($"\"{path.Shown}\" is not a text file ({ByteSize.Text(size)} of binary data), so it cannot be shown as text.");

    /// <summary>Opens it, or answers null when it holds binary data.</summary>
    public static TextFile? TryOpen(WorkDirectory directory, WorkPath path, out long size)
    {
        size = new FileInfo(path.Full).Length;
        // Pipes, sockets and devices say 0 too: they are never opened, which could wait for ever.
        if (size == 0) return new(new StreamReader(Stream.Null), 0);
        var stream = directory.OpenRead(path);
        try
        {
            Span<byte> sample = stackalloc byte[SampleBytes];
            var encoding = Detect(sample[..stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false)]);
            if (encoding is null)
            {
                stream.Dispose();
                return null;
            }

            stream.Position = 0;
            return new(new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 16 * 1024), size);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Text that is known to be one, in UTF-8; the stream goes with it.</summary>
    public static TextFile Of(Stream stream) => new(new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 16 * 1024), stream.Length);

    /// <summary>The encoding that the first bytes speak for, or null when they are not text.</summary>
    public static Encoding? Detect(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith<byte>([0xFF, 0xFE, 0, 0])) return Encoding.UTF32;
        if (sample.StartsWith<byte>([0xFF, 0xFE])) return Encoding.Unicode;
        if (sample.StartsWith<byte>([0xFE, 0xFF])) return Encoding.BigEndianUnicode;
        if (sample.Contains((byte)0)) return null;
        var controls = 0;
        foreach (var value in sample) if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B)) controls++;
        return controls * 10 > sample.Length ? null : Encoding.UTF8;
    }

    /// <summary>Fills the buffer as far as the file goes; 0 at its end.</summary>
    public int Read(Span<char> buffer) => this.reader.Read(buffer);

    public void Dispose() => this.reader.Dispose();
}

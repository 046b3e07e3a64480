using System.Buffers;

namespace TaskDashboard.Load.Client;

/// <summary>One server-sent event. Its spans point into the parser's buffer and hold until more bytes are put in.</summary>
internal readonly ref struct SseFrame(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
{
    /// <summary>Empty when the event has no name.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Data { get; } = data;
}

/// <summary>
/// Takes server-sent events apart without allocating, the same for raw, floor and product: on two cores the client is part of what is measured.
/// Understands what these servers send: one data line an event, lines that end with a line feed.
/// </summary>
internal sealed class SseParser : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int start;
    private int end;

    /// <summary>Takes the next event out of what was read so far; false when more has to be read.</summary>
    public bool TryRead(out SseFrame frame)
    {
        while (true)
        {
            var unread = buffer.AsSpan(start, end - start);
            var length = unread.IndexOf("\n\n"u8);
            if (length < 0)
            {
                frame = default;
                return false;
            }

            start += length + 2;
            if (TryParse(unread[..length], out frame)) return true;
        }
    }

    /// <summary>Where the next bytes go; <see cref="Advance"/> then says how many there were.</summary>
    public Memory<byte> Room()
    {
        if (start == end) start = end = 0;
        else if (end == buffer.Length) MakeRoom();
        return buffer.AsMemory(end);
    }

    public void Advance(int count) => end += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room().Span;
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void MakeRoom()
    {
        var unread = buffer.AsSpan(start, end - start);
        if (unread.Length <= buffer.Length / 2)
        {
            unread.CopyTo(buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        end = unread.Length;
        start = 0;
    }

    /// <summary>False for a comment, such as a heartbeat.</summary>
    private static bool TryParse(ReadOnlySpan<byte> block, out SseFrame frame)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> data = default;
        while (!block.IsEmpty)
        {
            var lineEnd = block.IndexOf((byte)'\n');
            var line = lineEnd < 0 ? block : block[..lineEnd];
            block = lineEnd < 0 ? default : block[(lineEnd + 1)..];
            if (line.StartsWith("data:"u8)) data = Value(line[5..]);
            else if (line.StartsWith("event:"u8)) name = Value(line[6..]);
        }

        frame = new SseFrame(name, data);
        return !data.IsEmpty || !name.IsEmpty;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> rest) => rest.StartsWith(" "u8) ? rest[1..] : rest;
}

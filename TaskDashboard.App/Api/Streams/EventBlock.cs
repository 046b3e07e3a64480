using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.Api.Streams;

/// <summary>
/// Writes one event of an event stream: <c>id</c> where there is a cursor, <c>event</c>, and <c>data</c> on one line.
/// No strings: one task may have hundreds of viewers, and this runs once for each of them and each frame.
/// </summary>
internal static class EventBlock
{
    /// <summary>"id: ", the longest number, and the line's end.</summary>
    private const int MaxIdLine = 4 + 20 + 1;

    /// <summary>Up to here a frame goes into one piece of the server's buffer.</summary>
    private const int OnePiece = 2048;

    private static readonly FrozenDictionary<string, byte[]> Heads = new[]
    {
        EventTypes.Status, EventTypes.Message, EventTypes.Thought, EventTypes.ToolUse, EventTypes.ToolResult, EventTypes.Request,
        EventTypes.RequestResolved, EventTypes.Usage, EventTypes.Run, EventTypes.Subtask, EventTypes.Progress, EventTypes.Error,
        EventTypes.Title, EventTypes.Deleted, EventTypes.Snapshot, EventTypes.MessageDelta, EventTypes.ThoughtDelta, EventTypes.Resync,
        EventTypes.End, EventTypes.Counts,
    }.ToFrozenDictionary(name => name, MakeHead, StringComparer.Ordinal);

    /// <summary>A comment: keeps proxies and clients from taking silence for a broken connection.</summary>
    public static ReadOnlySpan<byte> Heartbeat => ": heartbeat\n\n"u8;

    /// <returns>How many bytes were written.</returns>
    public static int Write(IBufferWriter<byte> output, string name, long? cursor, ReadOnlySpan<byte> json)
    {
        var head = Heads.TryGetValue(name, out var known) ? known : MakeHead(name);
        var room = MaxIdLine + head.Length + json.Length + 2;
        if (room <= OnePiece)
        {
            var span = output.GetSpan(room);
            var length = WriteHead(span, cursor, head);
            json.CopyTo(span[length..]);
            length += json.Length;
            span[length++] = (byte)'\n';
            span[length++] = (byte)'\n';
            output.Advance(length);
            return length;
        }

        var headLength = WriteHead(output.GetSpan(MaxIdLine + head.Length), cursor, head);
        output.Advance(headLength);
        output.Write(json);
        output.Write("\n\n"u8);
        return headLength + json.Length + 2;
    }

    private static int WriteHead(Span<byte> span, long? cursor, byte[] head)
    {
        var length = 0;
        if (cursor is { } id)
        {
            "id: "u8.CopyTo(span);
            Utf8Formatter.TryFormat(id, span[4..], out var digits);
            length = 4 + digits;
            span[length++] = (byte)'\n';
        }

        head.CopyTo(span[length..]);
        return length + head.Length;
    }

    private static byte[] MakeHead(string name) => Encoding.UTF8.GetBytes($"event: {name}\ndata: ");
}

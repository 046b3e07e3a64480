using System.Buffers.Text;

namespace TaskDashboard.Load.Client;

/// <summary>The agent's text as one viewer has it, and what else the stream said. Each dialect is one subclass.</summary>
/// <remarks>
/// Looks for the few properties that it needs instead of parsing JSON, since 500 viewers share the machine with the server.
/// That is sound because the load program chose the text itself: plain digits and spaces, nothing escaped.
/// </remarks>
internal abstract class StreamText
{
    /// <summary>How many characters have come, without holes and without repeats.</summary>
    public long Length { get; protected set; }

    /// <summary>Frames that carried streaming text.</summary>
    public long Deltas { get; protected set; }

    /// <summary>How often the server gave up on catching this viewer up and started it over.</summary>
    public int Resyncs { get; protected set; }

    /// <summary>The task, or the answer, is done and well.</summary>
    public bool Completed { get; protected set; }

    /// <summary>Takes a frame in and returns the text that was not there before.</summary>
    public abstract ReadOnlySpan<byte> Apply(SseFrame frame);

    /// <summary>The string behind a property's name, up to its closing quote; empty when it is not there.</summary>
    protected static ReadOnlySpan<byte> TextAfter(ReadOnlySpan<byte> json, ReadOnlySpan<byte> property)
    {
        var at = json.IndexOf(property);
        if (at < 0) return default;
        var text = json[(at + property.Length)..];
        var quote = text.IndexOf((byte)'"');
        return quote < 0 ? default : text[..quote];
    }

    /// <summary>What of a piece of text at an offset lies behind what is known.</summary>
    protected ReadOnlySpan<byte> Take(long offset, ReadOnlySpan<byte> text)
    {
        var known = Length - offset;
        if (known < 0) throw new InvalidDataException($"The stream has a hole: {Length} characters were there and the next piece begins at {offset}.");
        if (known >= text.Length) return default;
        Length = offset + text.Length;
        return text[(int)known..];
    }
}

/// <summary>A task's stream (floor and product).</summary>
internal sealed class TaskStreamText : StreamText
{
    public override ReadOnlySpan<byte> Apply(SseFrame frame)
    {
        var name = frame.Name;
        if (name.SequenceEqual("message_delta"u8))
        {
            Deltas++;
            return Take(Offset(frame.Data), TextAfter(frame.Data, "\"text\":\""u8));
        }

        if (name.SequenceEqual("message"u8))
            return frame.Data.IndexOf("\"role\":\"assistant\""u8) < 0 ? default : Take(0, TextAfter(frame.Data, "\"text\":\""u8));

        if (name.SequenceEqual("snapshot"u8))
        {
            var partial = frame.Data.IndexOf("\"partial\":{"u8);
            return partial < 0 ? default : Take(0, TextAfter(frame.Data[partial..], "\"text\":\""u8));
        }

        if (name.SequenceEqual("resync"u8)) Resyncs++;
        else if (name.SequenceEqual("status"u8) && frame.Data.IndexOf("\"status\":\"completed\""u8) >= 0) Completed = true;
        return default;
    }

    private static long Offset(ReadOnlySpan<byte> json)
    {
        var property = "\"offset\":"u8;
        var at = json.IndexOf(property);
        return at >= 0 && Utf8Parser.TryParse(json[(at + property.Length)..], out long offset, out _)
            ? offset
            : throw new InvalidDataException("A message_delta has no offset.");
    }
}

/// <summary>The model server's own stream (raw).</summary>
internal sealed class ModelStreamText : StreamText
{
    public override ReadOnlySpan<byte> Apply(SseFrame frame)
    {
        if (frame.Data.SequenceEqual("[DONE]"u8))
        {
            Completed = true;
            return default;
        }

        var text = TextAfter(frame.Data, "\"content\":\""u8);
        if (text.IsEmpty) return default;
        Deltas++;
        return Take(Length, text);
    }
}

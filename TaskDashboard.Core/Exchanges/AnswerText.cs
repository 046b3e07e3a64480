using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Exchanges;

/// <summary>Writes what came back as JSON, piece by piece, without an object for each: an answer may have thousands.</summary>
internal static class AnswerText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = EventJson.Options.Encoder };

    /// <param name="tape">What came when.</param>
    /// <param name="end">What it came to.</param>
    /// <param name="redactedText">The text in one piece, where something had to be taken out: a secret may be cut in two by the end of a piece.</param>
    /// <param name="redactedThought">The same of the thought.</param>
    /// <param name="most">How many bytes it may have, about.</param>
    public static byte[] Write(ExchangeTape tape, TapeEnd end, string? redactedText, string? redactedThought, int most)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Min(most, 256 + tape.Beats.Count * 32));
        using var writer = new Utf8JsonWriter(buffer, Options);
        var texts = new Pieces("text", redactedText ?? end.Text ?? "", redactedText is not null);
        var thoughts = new Pieces("thought", redactedThought ?? end.Thought ?? "", redactedThought is not null);
        writer.WriteStartObject();
        writer.WriteStartArray("updates");
        var (content, isCut) = (0, false);
        foreach (var beat in tape.Beats)
        {
            if (isCut = buffer.WrittenCount + writer.BytesPending + beat.Length > most) break;
            switch (beat.Kind)
            {
                case BeatKind.Text: texts.Write(writer, beat); break;
                case BeatKind.Thought: thoughts.Write(writer, beat); break;
                default: WriteOther(writer, beat.AtMs, tape.Contents[content++]); break;
            }
        }

        writer.WriteEndArray();
        writer.WriteBoolean("ended", end.Ended);
        if (isCut) writer.WriteBoolean("cut", true);
        if (redactedText is not null || redactedThought is not null) writer.WriteBoolean("redacted", true);
        if (end.Error is { } error)
        {
            writer.WritePropertyName("error");
            JsonSerializer.Serialize(writer, error, ExchangeJson.Stored.ExchangeError);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOther(Utf8JsonWriter writer, int at, object content)
    {
        writer.WriteStartObject();
        writer.WriteNumber("at_ms", at);
        switch (content)
        {
            case FunctionCallContent call:
                writer.WriteStartObject("call");
                writer.WriteString("id", call.CallId);
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("arguments");
                ModelStep.ArgumentsOf(call).WriteTo(writer);
                writer.WriteEndObject();
                break;
            case UsageDetails usage:
                writer.WritePropertyName("usage");
                JsonSerializer.Serialize(writer, new ExchangeUsage(usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount), ExchangeJson.Stored.ExchangeUsage);
                break;
            case ChatFinishReason reason:
                writer.WriteString("finish", reason.Value);
                break;
            case string protectedData:
                writer.WriteString("protected_data", protectedData);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>One text in its pieces, or in one where those are not to be seen.</summary>
    private sealed class Pieces(string name, string text, bool asOne)
    {
        private int at;
        private int end;
        private bool begun;

        public void Write(Utf8JsonWriter writer, Beat beat)
        {
            if (asOne && begun) return;
            begun = true;
            end = asOne ? text.Length : Math.Min(text.Length, end + beat.Length);

            // One half of a character is none: it goes with the other half.
            var to = end > at && end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
            writer.WriteStartObject();
            writer.WriteNumber("at_ms", beat.AtMs);
            writer.WriteString(name, text.AsSpan(at, to - at));
            writer.WriteEndObject();
            at = to;
        }
    }
}

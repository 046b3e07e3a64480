using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Secrets;

namespace TaskDashboard.Core.Exchanges;

/// <summary>Turns what models are sent and what they answer into what is stored: without secrets, within bounds, small. Safe for threads.</summary>
internal sealed class ExchangeRecording(IOptions<ExchangeOptions> options, SecretRedaction secrets, TimeProvider time, ILogger<ExchangeRecording> logger)
{
    /// <summary>What is left of a text that is too long.</summary>
    private const int LeastRoom = 2_048;

    /// <summary>Many tasks have the same tools: they need not be made small for each.</summary>
    private const int MostKept = 64;

    private readonly ConcurrentDictionary<string, RecordedPart> tools = new(StringComparer.Ordinal);
    private int failures;

    public bool IsOn => options.Value.Record;

    public int MaxBytes => options.Value.MaxBytesPerCall;

    /// <summary>For the model calls of one run.</summary>
    public ExchangeRecorder ForRun() => new(this, time);

    public RecordedPart PartOf(ChatMessage message, ExchangeRoom room)
    {
        var whole = ExchangeTexts.MessageOf(message);
        var json = Json(whole, ExchangeJson.Stored.ExchangeMessage);
        var digest = SHA256.HashData(json);
        if (room.TryTake(json.Length)) return new RecordedPart(digest, ExchangeBlob.Pack(json));

        // By what the whole message says: the same one that comes again, with more room or less, is still known.
        var cut = Json(ExchangeTexts.Cut(whole, Math.Max(LeastRoom, room.Left), json.Length), ExchangeJson.Stored.ExchangeMessage);
        room.TryTake(Math.Min(room.Left, cut.Length));
        return new RecordedPart(digest, ExchangeBlob.Pack(cut));
    }

    public RecordedPart PartOf(IReadOnlyList<ExchangeTool> offered, ExchangeRoom room)
    {
        var json = Json(offered, ExchangeJson.Stored.IReadOnlyListExchangeTool);
        var digest = SHA256.HashData(json);
        if (!room.TryTake(json.Length)) return new RecordedPart(digest, ExchangeBlob.Pack(Json([.. offered.Select(tool => new ExchangeTool(tool.Name, null, null))], ExchangeJson.Stored.IReadOnlyListExchangeTool)));
        if (tools.Count > MostKept) tools.Clear();
        return tools.GetOrAdd(Convert.ToHexStringLower(digest), _ => new RecordedPart(digest, ExchangeBlob.Pack(json)));
    }

    public byte[] Pack(StoredRequest request) => ExchangeBlob.Pack(Json(request, ExchangeJson.Stored.StoredRequest));

    public byte[] PackAnswer(ExchangeTape tape, TapeEnd end, ExchangeRoom room)
    {
        var (text, thought) = (secrets.IsIn(end.Text) ? secrets.Redact(end.Text!) : null, secrets.IsIn(end.Thought) ? secrets.Redact(end.Thought!) : null);
        var json = AnswerText.Write(tape, end, text, thought, Math.Max(LeastRoom, room.Left));
        return ExchangeBlob.Pack(Redacted(json));
    }

    /// <summary>The first one with all that is known of it, the others counted.</summary>
    public void NoteFailure(Exception exception)
    {
        var count = Interlocked.Increment(ref failures);
        if (count == 1) logger.LogWarning(exception, "What a model call sent and received could not be recorded; the run goes on.");
        else logger.LogWarning("What a model call sent and received could not be recorded, {Count} by now: {Problem}", count, exception.Message);
    }

    private byte[] Json<TValue>(TValue value, JsonTypeInfo<TValue> type) => Redacted(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private byte[] Redacted(byte[] json)
    {
        if (secrets.IsEmpty) return json;
        var text = Encoding.UTF8.GetString(json);
        var redacted = secrets.RedactJson(text);
        return ReferenceEquals(text, redacted) ? json : Encoding.UTF8.GetBytes(redacted);
    }
}

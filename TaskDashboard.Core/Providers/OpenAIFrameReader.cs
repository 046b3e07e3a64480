using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// Reads the frames of one streaming answer, straight from their bytes. Lenient towards compatible servers: what is missing,
/// null or unknown is passed over.
/// </summary>
internal sealed class OpenAIFrameReader(ModelCallFailures failures)
{
    private SortedDictionary<int, ToolCallPieces>? calls;
    private string? id;
    private string? model;

    /// <summary>True once the end mark has come.</summary>
    public bool Ended { get; private set; }

    /// <summary>The frame as an update; null when it holds nothing that anybody wants.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public ChatResponseUpdate? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.SequenceEqual("[DONE]"u8))
        {
            Ended = true;
            return null;
        }

        var update = new ChatResponseUpdate { Role = ChatRole.Assistant };
        var reader = new Utf8JsonReader(frame);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A frame is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8)) ReadChoices(ref reader, update);
            else if (reader.ValueTextEquals("usage"u8)) ReadUsage(ref reader, update);
            else if (reader.ValueTextEquals("id"u8)) id = ReadSame(ref reader, id);
            else if (reader.ValueTextEquals("model"u8)) model = ReadSame(ref reader, model);
            else if (reader.ValueTextEquals("error"u8)) ThrowError(ref reader);
            else reader.Skip();
        }

        update.MessageId = update.ResponseId = id;
        update.ModelId = model;
        return update.Contents.Count > 0 || update.FinishReason is not null ? update : null;
    }

    private void ReadChoices(ref Utf8JsonReader reader, ChatResponseUpdate update)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        for (var first = true; reader.Read() && reader.TokenType == JsonTokenType.StartObject; first = false)
        {
            // One answer is asked for; a server that sends more has its first one taken.
            if (first) ReadChoice(ref reader, update);
            else reader.Skip();
        }
    }

    private void ReadChoice(ref Utf8JsonReader reader, ChatResponseUpdate update)
    {
        string? finish = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8)) ReadDelta(ref reader, update);
            else if (reader.ValueTextEquals("finish_reason"u8)) finish = ReadText(ref reader);
            else reader.Skip();
        }

        if (string.IsNullOrEmpty(finish)) return;
        update.FinishReason = finish switch
        {
            "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
            "length" => ChatFinishReason.Length,
            "content_filter" => ChatFinishReason.ContentFilter,
            _ => ChatFinishReason.Stop,
        };

        // Only now are the arguments whole; an answer that is cut before leaves no half call behind.
        foreach (var call in calls?.Values ?? Enumerable.Empty<ToolCallPieces>()) update.Contents.Add(call.ToContent());
        calls = null;
    }

    private void ReadDelta(ref Utf8JsonReader reader, ChatResponseUpdate update)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        var thought = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("refusal"u8))
            {
                if (ReadText(ref reader) is { Length: > 0 } text) update.Contents.Add(new TextContent(text));
            }
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                // Some servers send the same thought under both names.
                if (ReadText(ref reader) is { Length: > 0 } text && !thought)
                {
                    thought = true;
                    update.Contents.Add(new TextReasoningContent(text));
                }
            }
            else if (reader.ValueTextEquals("tool_calls"u8)) ReadCalls(ref reader);
            else reader.Skip();
        }
    }

    private void ReadCalls(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        for (var place = 0; reader.Read() && reader.TokenType == JsonTokenType.StartObject; place++)
        {
            var index = place;
            string? callId = null, name = null, arguments = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("index"u8)) index = (int)ReadNumber(ref reader);
                else if (reader.ValueTextEquals("id"u8)) callId = ReadText(ref reader);
                else if (reader.ValueTextEquals("function"u8)) (name, arguments) = ReadFunction(ref reader);
                else reader.Skip();
            }

            calls ??= [];
            if (!calls.TryGetValue(index, out var call)) calls.Add(index, call = new ToolCallPieces());
            call.Add(callId, name, arguments);
        }
    }

    private static (string? Name, string? Arguments) ReadFunction(ref Utf8JsonReader reader)
    {
        string? name = null, arguments = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8)) name = ReadText(ref reader);
            else if (reader.ValueTextEquals("arguments"u8)) arguments = ReadText(ref reader);
            else reader.Skip();
        }

        return (name, arguments);
    }

    private static void ReadUsage(ref Utf8JsonReader reader, ChatResponseUpdate update)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        var usage = new UsageDetails();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject)
        {
            // The details lie one level down, under names that occur there only.
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                if (reader.CurrentDepth <= 1) break;
            }
            else if (reader.ValueTextEquals("prompt_tokens"u8)) usage.InputTokenCount = ReadNumber(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8)) usage.OutputTokenCount = ReadNumber(ref reader);
            else if (reader.ValueTextEquals("total_tokens"u8)) usage.TotalTokenCount = ReadNumber(ref reader);
            else if (reader.ValueTextEquals("cached_tokens"u8)) usage.CachedInputTokenCount = ReadNumber(ref reader);
            else if (reader.ValueTextEquals("reasoning_tokens"u8)) usage.ReasoningTokenCount = ReadNumber(ref reader);
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("completion_tokens_details"u8)) reader.Read();
            else reader.Skip();
        }

        update.Contents.Add(new UsageContent(usage));
    }

    private void ThrowError(ref Utf8JsonReader reader)
    {
        using var error = JsonDocument.ParseValue(ref reader);
        if (error.RootElement.ValueKind != JsonValueKind.Null) throw failures.InStream($"{{\"error\":{error.RootElement.GetRawText()}}}");
    }

    /// <summary>A text that is the same in every frame is made once.</summary>
    private static string? ReadSame(ref Utf8JsonReader reader, string? before)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return before is not null && reader.ValueTextEquals(before) ? before : reader.GetString();
        reader.Skip();
        return before;
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    private static long ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)) return number;
        reader.Skip();
        return 0;
    }

    /// <summary>A tool call as it arrives: id and name first, then its arguments piece by piece.</summary>
    private sealed class ToolCallPieces
    {
        private readonly StringBuilder text = new();
        private string? callId;
        private string? name;

        public void Add(string? id, string? function, string? arguments)
        {
            if (!string.IsNullOrEmpty(id)) callId ??= id;
            if (!string.IsNullOrEmpty(function)) name ??= function;
            text.Append(arguments);
        }

        /// <summary>Arguments that are not JSON end up in <see cref="FunctionCallContent.Exception"/>, for the loop to tell the model.</summary>
        public FunctionCallContent ToContent() => FunctionCallContent.CreateFromParsedArguments(
            text.ToString(), callId ?? "", name ?? "",
            static json => json.Length == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions));
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>Writes a conversation and its settings as the JSON of OpenAI's chat completions.</summary>
/// <remarks>
/// By hand, onto the library's protocol method: its typed options are written, cloned and written again for each call, and its
/// typed frames cost five times what the answer itself does.
/// </remarks>
internal static class OpenAIRequest
{
    /// <summary>Text goes out as it is: the body is read by a JSON parser, and escapes would be paid for in bytes.</summary>
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Tools live as long as their run and go along with each of its calls; their schemas are written once.</summary>
    private static readonly ConditionalWeakTable<AIFunctionDeclaration, byte[]> Tools = [];

    public static BinaryData Write(string model, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model);
            writer.WriteStartArray("messages"u8);
            if (!string.IsNullOrEmpty(options?.Instructions)) WriteText(writer, "system", options.Instructions);
            foreach (var message in messages) WriteMessage(writer, message);
            writer.WriteEndArray();
            writer.WriteBoolean("stream"u8, true);
            writer.WriteStartObject("stream_options"u8);
            writer.WriteBoolean("include_usage"u8, true);
            writer.WriteEndObject();
            if (options is not null) WriteOptions(writer, options);
            writer.WriteEndObject();
        }

        return BinaryData.FromBytes(buffer.WrittenMemory);
    }

    private static void WriteOptions(Utf8JsonWriter writer, ChatOptions options)
    {
        if (options.Temperature is { } temperature) writer.WriteNumber("temperature"u8, temperature);
        if (options.TopP is { } topP) writer.WriteNumber("top_p"u8, topP);
        if (options.MaxOutputTokens is { } most) writer.WriteNumber("max_completion_tokens"u8, most);
        if (options.FrequencyPenalty is { } frequency) writer.WriteNumber("frequency_penalty"u8, frequency);
        if (options.PresencePenalty is { } presence) writer.WriteNumber("presence_penalty"u8, presence);
        if (options.Seed is { } seed) writer.WriteNumber("seed"u8, seed);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stop"u8);
            foreach (var stop in stops) writer.WriteStringValue(stop);
            writer.WriteEndArray();
        }

        if (options.ResponseFormat is ChatResponseFormatJson)
        {
            writer.WriteStartObject("response_format"u8);
            writer.WriteString("type"u8, "json_object"u8);
            writer.WriteEndObject();
        }

        WriteTools(writer, options);
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatOptions options)
    {
        var any = false;
        foreach (var tool in options.Tools ?? [])
        {
            if (tool is not AIFunctionDeclaration function) continue;
            if (!any) writer.WriteStartArray("tools"u8);
            any = true;
            writer.WriteRawValue(Tools.GetValue(function, WriteTool), skipInputValidation: true);
        }

        if (!any) return;
        writer.WriteEndArray();
        if (options.AllowMultipleToolCalls is { } parallel) writer.WriteBoolean("parallel_tool_calls"u8, parallel);
        switch (options.ToolMode)
        {
            case NoneChatToolMode:
                writer.WriteString("tool_choice"u8, "none"u8);
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                writer.WritePropertyName("tool_choice"u8);
                JsonSerializer.Serialize(writer, new { type = "function", function = new { name } });
                break;
            case RequiredChatToolMode:
                writer.WriteString("tool_choice"u8, "required"u8);
                break;
        }
    }

    private static byte[] WriteTool(AIFunctionDeclaration function) => JsonSerializer.SerializeToUtf8Bytes(
        new { type = "function", function = new { name = function.Name, description = function.Description, parameters = function.JsonSchema } }, Compact);

    private static void WriteMessage(Utf8JsonWriter writer, ChatMessage message)
    {
        if (message.Role == ChatRole.System) WriteText(writer, "system", message.Text);
        else if (message.Role == ChatRole.Assistant) WriteAssistant(writer, message);
        else WriteGiven(writer, message);
    }

    private static void WriteText(Utf8JsonWriter writer, string role, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteString("content"u8, text);
        writer.WriteEndObject();
    }

    /// <summary>Text and calls of one step in one message. Thoughts stay here: the interface has no place for them.</summary>
    private static void WriteAssistant(Utf8JsonWriter writer, ChatMessage message)
    {
        var text = message.Text;
        var calls = message.Contents.Any(content => content is FunctionCallContent);
        if (text.Length == 0 && !calls) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        if (text.Length > 0) writer.WriteString("content"u8, text);
        else writer.WriteNull("content"u8);
        if (calls)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var content in message.Contents)
            {
                if (content is not FunctionCallContent call) continue;
                writer.WriteStartObject();
                writer.WriteString("id"u8, call.CallId);
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, call.Arguments is null ? "{}"u8 : JsonSerializer.SerializeToUtf8Bytes(call.Arguments, Compact));
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>What people and tools said. Results come first: the interface wants them right behind their calls.</summary>
    private static void WriteGiven(Utf8JsonWriter writer, ChatMessage message)
    {
        var image = false;
        var text = false;
        foreach (var content in message.Contents)
        {
            image |= content is DataContent or UriContent;
            text |= content is TextContent;
            if (content is not FunctionResultContent result) continue;
            writer.WriteStartObject();
            writer.WriteString("role"u8, "tool"u8);
            writer.WriteString("tool_call_id"u8, result.CallId);
            writer.WriteString("content"u8, ResultText(result.Result));
            writer.WriteEndObject();
        }

        if (image) WriteParts(writer, message);
        else if (text) WriteText(writer, "user", string.Join("\n\n", message.Contents.OfType<TextContent>().Select(content => content.Text)));
    }

    private static void WriteParts(Utf8JsonWriter writer, ChatMessage message)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "user"u8);
        writer.WriteStartArray("content"u8);
        foreach (var content in message.Contents)
        {
            if (content is DataContent data && data.HasTopLevelMediaType("image"))
            {
                WriteImage(writer, data);
                continue;
            }

            object? part = content switch
            {
                TextContent text => new { type = "text", text = text.Text },
                UriContent link when link.HasTopLevelMediaType("image") => new { type = "image_url", image_url = new { url = link.Uri.ToString() } },
                _ => null,
            };
            if (part is not null) JsonSerializer.Serialize(writer, part, Compact);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>
    /// As a data URI, written piece by piece: the content would make a text of its own of it, which takes up nearly three times the image and lives as
    /// long as that does.
    /// </summary>
    private static void WriteImage(Utf8JsonWriter writer, DataContent image)
    {
        const int Piece = 3 * 16 * 1024;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        writer.WritePropertyName("url"u8);
        writer.WriteStringValueSegment(Encoding.UTF8.GetBytes($"data:{image.MediaType};base64,"), isFinalSegment: false);
        var bytes = image.Data.Span;
        Span<byte> encoded = new byte[Base64.GetMaxEncodedToUtf8Length(Piece)];
        for (; bytes.Length > Piece; bytes = bytes[Piece..])
        {
            Base64.EncodeToUtf8(bytes[..Piece], encoded, out _, out var full);
            writer.WriteStringValueSegment(encoded[..full], isFinalSegment: false);
        }

        Base64.EncodeToUtf8(bytes, encoded, out _, out var last);
        writer.WriteStringValueSegment(encoded[..last], isFinalSegment: true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string ResultText(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement json => json.GetRawText(),
        TextContent text => text.Text,
        _ => JsonSerializer.Serialize(result, Compact),
    };
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Exchanges;

/// <summary>The model library's messages, tools and settings in the words of an exchange.</summary>
internal static class ExchangeTexts
{
    public static ExchangeMessage MessageOf(ChatMessage message) => new(message.Role.Value, [.. message.Contents.Select(ContentOf)]);

    public static List<ExchangeTool> ToolsOf(ChatOptions options) =>
        options.Tools is { } tools ? [.. tools.Select(tool => new ExchangeTool(tool.Name, tool.Description, (tool as AIFunctionDeclaration)?.JsonSchema))] : [];

    public static ExchangeSettings? SettingsOf(ChatOptions options)
    {
        var settings = new ExchangeSettings
        {
            MaxOutputTokens = options.MaxOutputTokens,
            Temperature = options.Temperature,
            TopP = options.TopP,
            TopK = options.TopK,
            Seed = options.Seed,
            Reasoning = options.Reasoning?.Effort?.ToString(),
        };
        return settings == new ExchangeSettings() ? null : settings;
    }

    /// <summary>The message with the beginning of each of its texts.</summary>
    public static ExchangeMessage Cut(ExchangeMessage message, int room, long length)
    {
        // A character is up to three bytes, and six where JSON has to spell it.
        var most = Math.Max(200, room / Math.Max(1, message.Contents.Count) / 3);
        return message with
        {
            CutFrom = length,
            Contents = [.. message.Contents.Select(content => content with
            {
                Text = content.Text is { } text && text.Length > most ? Beginning(text, most) : content.Text,
                Arguments = content.Arguments is { } arguments && arguments.GetRawText().Length > most ? null : content.Arguments,
            })],
        };
    }

    private static string Beginning(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static ExchangeContent ContentOf(AIContent content) => content switch
    {
        TextContent text when Mark(text, ConversationMarks.AttachmentId) is { } id => FileOf(id, Mark(text, ConversationMarks.Attachment), "text/plain", Encoding.UTF8.GetBytes(text.Text)),
        TextContent text => new ExchangeContent("text") { Text = text.Text },
        TextReasoningContent thought => new ExchangeContent("thought") { Text = thought.Text, ProtectedData = thought.ProtectedData },
        FunctionCallContent call => new ExchangeContent("call") { CallId = call.CallId, Name = call.Name, Arguments = ModelStep.ArgumentsOf(call) },
        FunctionResultContent result => new ExchangeContent("result") { CallId = result.CallId, Text = result.Result as string ?? JsonSerializer.Serialize(result.Result) },
        DataContent data => FileOf(Mark(data, ConversationMarks.AttachmentId), data.Name, data.MediaType, data.Data.Span),
        _ => new ExchangeContent("other") { Text = content.ToString() },
    };

    /// <summary>That it was sent, and what it was; its bytes are where the file is.</summary>
    private static ExchangeContent FileOf(string? id, string? name, string mediaType, ReadOnlySpan<byte> bytes) =>
        new("file") { FileId = id, Name = name, MediaType = mediaType, Digest = Convert.ToHexStringLower(SHA256.HashData(bytes)), Size = bytes.Length };

    private static string? Mark(AIContent content, string name) => content.AdditionalProperties?.TryGetValue(name, out var mark) is true ? mark as string : null;
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using SdkMessage = OpenAI.Chat.ChatMessage;

namespace TaskDashboard.Core.Providers;

/// <summary>Puts a conversation and its settings into the types of OpenAI's library.</summary>
internal static class OpenAIRequest
{
    /// <summary>Tools live as long as their run and go along with each of its calls; their schemas are written once.</summary>
    private static readonly ConditionalWeakTable<AIFunctionDeclaration, ChatTool> Tools = [];

    /// <summary>The model library's settings without their indentation, which would be paid for in tokens.</summary>
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static List<SdkMessage> Messages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        List<SdkMessage> result = [];
        if (!string.IsNullOrEmpty(options?.Instructions)) result.Add(new SystemChatMessage(options.Instructions));
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System) result.Add(new SystemChatMessage(message.Text));
            else if (message.Role == ChatRole.Assistant) AddAssistant(message, result);
            else AddGiven(message, result);
        }

        return result;
    }

    public static ChatCompletionOptions Options(ChatOptions? options)
    {
        var result = new ChatCompletionOptions();
        if (options is null) return result;
        result.Temperature = options.Temperature;
        result.TopP = options.TopP;
        result.MaxOutputTokenCount = options.MaxOutputTokens;
        result.FrequencyPenalty = options.FrequencyPenalty;
        result.PresencePenalty = options.PresencePenalty;
        if (options.ResponseFormat is ChatResponseFormatJson) result.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat();
        foreach (var stop in options.StopSequences ?? []) result.StopSequences.Add(stop);
        foreach (var function in options.Tools?.OfType<AIFunctionDeclaration>() ?? []) result.Tools.Add(Tools.GetValue(function, Convert));
        if (result.Tools.Count == 0) return result;

        result.AllowParallelToolCalls = options.AllowMultipleToolCalls;
        result.ToolChoice = options.ToolMode switch
        {
            NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
            RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
            RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
            _ => null,
        };
        return result;
    }

    private static ChatTool Convert(AIFunctionDeclaration function) => ChatTool.CreateFunctionTool(
        function.Name, function.Description, BinaryData.FromString(function.JsonSchema.GetRawText()));

    /// <summary>Text and calls of one step in one message. Thoughts stay here: the interface has no place for them.</summary>
    private static void AddAssistant(ChatMessage message, List<SdkMessage> result)
    {
        var text = message.Text;
        List<ChatToolCall>? calls = null;
        foreach (var content in message.Contents)
        {
            if (content is not FunctionCallContent call) continue;
            var arguments = call.Arguments is null ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(call.Arguments, Compact);
            (calls ??= []).Add(ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromBytes(arguments)));
        }

        if (calls is null)
        {
            if (text.Length > 0) result.Add(new AssistantChatMessage(text));
            return;
        }

        var sent = new AssistantChatMessage(calls);
        if (text.Length > 0) sent.Content.Add(ChatMessageContentPart.CreateTextPart(text));
        result.Add(sent);
    }

    /// <summary>What people and tools said. Results come first: the interface wants them right behind their calls.</summary>
    private static void AddGiven(ChatMessage message, List<SdkMessage> result)
    {
        List<ChatMessageContentPart>? parts = null;
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case FunctionResultContent toolResult:
                    result.Add(new ToolChatMessage(toolResult.CallId, ResultText(toolResult.Result)));
                    break;
                case TextContent text:
                    (parts ??= []).Add(ChatMessageContentPart.CreateTextPart(text.Text));
                    break;
                case DataContent image when image.HasTopLevelMediaType("image"):
                    (parts ??= []).Add(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image.Data), image.MediaType));
                    break;
                case UriContent image when image.HasTopLevelMediaType("image"):
                    (parts ??= []).Add(ChatMessageContentPart.CreateImagePart(image.Uri));
                    break;
            }
        }

        if (parts is not null) result.Add(new UserChatMessage(parts));
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

using System.Text;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Budgets;

/// <summary>The most tokens that a model call can be sent: no token is shorter than a byte, and what wraps messages and tools is a little more.</summary>
internal static class CallSize
{
    private const int OfAMessage = 32;

    /// <summary>More than any provider counts for an image, whatever its size.</summary>
    private const int OfAnImage = 8_000;

    public static long Of(IReadOnlyList<ChatMessage> messages, IEnumerable<AITool>? tools)
    {
        var size = 0L;
        foreach (var message in messages)
        {
            size += OfAMessage;
            foreach (var content in message.Contents) size += OfAMessage + SizeOf(content);
        }

        foreach (var tool in tools ?? [])
        {
            size += OfAMessage + Encoding.UTF8.GetByteCount(tool.Name) + Encoding.UTF8.GetByteCount(tool.Description);
            if (tool is AIFunctionDeclaration function) size += Encoding.UTF8.GetByteCount(function.JsonSchema.GetRawText());
        }

        return size;
    }

    private static long SizeOf(AIContent content) => content switch
    {
        TextContent text => Encoding.UTF8.GetByteCount(text.Text),
        TextReasoningContent thought => Encoding.UTF8.GetByteCount(thought.Text) + (thought.ProtectedData is { } data ? Encoding.UTF8.GetByteCount(data) : 0),
        FunctionCallContent call => Encoding.UTF8.GetByteCount(call.Name) + (call.Arguments?.Sum(argument => (long)Encoding.UTF8.GetByteCount(argument.Key) + Encoding.UTF8.GetByteCount(argument.Value?.ToString() ?? "") + OfAMessage) ?? 0),
        FunctionResultContent result => Encoding.UTF8.GetByteCount(result.Result?.ToString() ?? ""),
        DataContent { MediaType: var type } image when type.StartsWith("image/", StringComparison.Ordinal) => OfAnImage,
        DataContent file => file.Data.Length,
        _ => OfAnImage,
    };
}

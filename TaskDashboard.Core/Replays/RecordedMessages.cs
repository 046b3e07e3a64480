using Microsoft.Extensions.AI;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Replays;

/// <summary>What was sent, in the model library's terms again.</summary>
internal static class RecordedMessages
{
    public static List<ChatMessage> ToMessages(ModelExchange exchange) => [.. exchange.Messages.Select(message => new ChatMessage(new ChatRole(message.Role), [.. message.Contents.Select(ToContent)]))];

    public static AIContent ToContent(ExchangeContent content) => content.Type switch
    {
        "thought" => new TextReasoningContent(content.Text) { ProtectedData = content.ProtectedData },
        "call" => new FunctionCallContent(content.CallId ?? "", content.Name ?? "", content.Arguments is { } arguments ? Conversation.Arguments(arguments.GetRawText()) : null),
        "result" => new FunctionResultContent(content.CallId ?? "", content.Text),
        "file" => new RecordedFile(content),
        _ => new TextContent(content.Text),
    };

    /// <summary>What two messages have to have in common to be the same; files by what was said of them, where the one has them and the other does not.</summary>
    public static string Picture(ExchangeMessage message) => $"{message.Role}: {string.Join(" | ", message.Contents.Where(content => content.Type is not "file").Select(Picture))}";

    public static string Picture(ChatMessage message) => Picture(ExchangeTexts.MessageOf(new ChatMessage(message.Role, [.. message.Contents.Where(content => content is not RecordedFile)])));

    private static string Picture(ExchangeContent content) => content.Type switch
    {
        "call" => $"{content.Type} {content.Name} {content.Arguments}",
        "result" => $"{content.Type} {content.Text}",
        _ => $"{content.Type} {content.Text}{content.ProtectedData}",
    };
}

/// <summary>Stands for a file that was sent: its bytes are not on record.</summary>
internal sealed class RecordedFile(ExchangeContent file) : AIContent
{
    public ExchangeContent File { get; } = file;
}

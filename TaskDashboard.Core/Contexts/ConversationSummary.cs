using System.Globalization;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Contexts;

/// <summary>How a model is asked for the summary of a conversation, and what it is sent behind it. Worked out from the messages alone: a restart comes to the same.</summary>
internal static class ConversationSummary
{
    /// <summary>More of one result, or of what a person wrote, is not taken along.</summary>
    private const int MostCharacters = 8_000;

    private const string Request =
        """
        The conversation is close to the limit of what you can be sent. Write a summary of it that will stand in its place: you will see that summary, the instructions and what the user asked first and last, and nothing else.
        Say what the user wants and every constraint they named, what was decided and why, what has been done with its results (files, commands, figures, ids, word for word where they matter), what was tried and failed, what is under way, and what comes next.
        Call no tool. Answer with the summary alone.
        """;

    /// <summary>What the model is sent to be asked: the conversation, with its longest results cut, and the question.</summary>
    public static List<ChatMessage> Ask(IReadOnlyList<ChatMessage> messages) =>
        [.. messages.Select(Cut), new ChatMessage(ChatRole.User, Request)];

    /// <summary>What it is sent from then on: its instructions, what the user asked first and last, and the summary.</summary>
    public static List<ChatMessage> Apply(IReadOnlyList<ChatMessage> messages, string summary)
    {
        var asked = messages.Where(message => message.Role == ChatRole.User && !IsMarked(message)).ToList();
        List<ChatMessage> left = [messages[0]];
        if (asked is [var first, ..]) left.Add(Cut(first));
        if (asked is [_, .., var last]) left.Add(Cut(last));
        left.Add(new ChatMessage(ChatRole.User, $"{ConversationMarks.Summary}\n\n{summary}\n\nGo on from there."));
        return left;
    }

    /// <summary>Not a person's words.</summary>
    private static bool IsMarked(ChatMessage message) =>
        message.Text.StartsWith(ConversationMarks.News, StringComparison.Ordinal) || message.Text.StartsWith(ConversationMarks.Summary, StringComparison.Ordinal);

    private static ChatMessage Cut(ChatMessage message) =>
        message.Contents.Any(IsLong) ? new ChatMessage(message.Role, [.. message.Contents.Select(Cut)]) { MessageId = message.MessageId } : message;

    private static bool IsLong(AIContent content) => content switch
    {
        FunctionResultContent result => (result.Result?.ToString()?.Length ?? 0) > MostCharacters,
        TextContent text => text.Text.Length > MostCharacters,
        _ => false,
    };

    private static AIContent Cut(AIContent content) => content switch
    {
        FunctionResultContent result when IsLong(result) => new FunctionResultContent(result.CallId, Cut(result.Result!.ToString()!)),
        TextContent text when IsLong(text) => new TextContent(Cut(text.Text)),
        _ => content,
    };

    /// <summary>Its beginning and its end; no character is cut in two.</summary>
    private static string Cut(string text)
    {
        var (head, tail) = (MostCharacters / 2, text.Length - MostCharacters / 2);
        if (char.IsLowSurrogate(text[head])) head--;
        if (char.IsLowSurrogate(text[tail])) tail++;
        return $"{text[..head]}\n[… {(tail - head).ToString("N0", CultureInfo.InvariantCulture)} characters are left out here …]\n{text[tail..]}";
    }
}

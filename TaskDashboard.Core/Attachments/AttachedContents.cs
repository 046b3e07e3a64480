using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Attachments;

/// <summary>Stands in a conversation for a file that is attached. The bytes are brought in for each model call, and go with it.</summary>
internal sealed class AttachedContent(AttachedFile file) : AIContent
{
    public AttachedFile File { get; } = file;
}

/// <summary>
/// Puts the contents of attached files into a conversation, for one model call. The same conversation gets the same words each time: providers find
/// again by them what they have read before.
/// </summary>
internal sealed class AttachedContents(AttachmentStore store, bool takesImages)
{
    /// <summary>How much of a text goes to the model with its message; the rest it can read with a tool.</summary>
    public const int MostTextBytes = 256 * 1024;

    public async Task<IReadOnlyList<ChatMessage>> FillAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var filled = new List<ChatMessage>(messages.Count);
        foreach (var message in messages)
        {
            if (!message.Contents.Any(content => content is AttachedContent))
            {
                filled.Add(message);
                continue;
            }

            var contents = new List<AIContent>(message.Contents.Count);
            foreach (var content in message.Contents) contents.Add(content is AttachedContent attached ? await LoadAsync(attached.File, cancellationToken) : content);
            filled.Add(new ChatMessage(message.Role, contents) { MessageId = message.MessageId });
        }

        return filled;
    }

    private async Task<AIContent> LoadAsync(AttachedFile file, CancellationToken cancellationToken)
    {
        var kind = file.IsImage ? "image" : "file";
        await using var stream = file.IsImage && !takesImages ? null : store.TryOpen(file.Id);
        if (stream is not null && file.IsImage)
        {
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return new DataContent(bytes, file.MediaType) { Name = file.Name, AdditionalProperties = new() { [ConversationMarks.AttachmentId] = file.Id } };
        }

        var text = stream is not null
            ? await FenceAsync(file, stream, cancellationToken)
            : file.IsImage && !takesImages
                ? $"The {kind} {file.Name} ({ByteSize.Text(file.Size)}) is attached, but this model cannot see images."
                : $"The {kind} {file.Name} ({ByteSize.Text(file.Size)}) was attached, but its content is gone from the disk.";
        return new TextContent(text) { AdditionalProperties = new() { [ConversationMarks.Attachment] = file.Name, [ConversationMarks.AttachmentId] = file.Id } };
    }

    private static async Task<string> FenceAsync(AttachedFile file, FileStream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(stream.Length, MostTextBytes)];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        var isCut = stream.Length > bytes.Length;
        var text = TextOf(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n');
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal)) fence += "`";
        var note = isCut
            ? string.Create(CultureInfo.InvariantCulture, $"\n[Only the first {ByteSize.Text(bytes.Length)} of {ByteSize.Text(file.Size)} stand here; read on with read_attachment.]")
            : "";
        return $"The file {file.Name} ({ByteSize.Text(file.Size)}) is attached:\n{fence}\n{text}\n{fence}{note}";
    }

    /// <summary>Without the character that the end may have cut in two.</summary>
    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.Length;
        while (end > Math.Max(0, bytes.Length - 3) && !Utf8.IsValid(bytes[..end])) end--;
        return Encoding.UTF8.GetString(bytes[..end]);
    }
}

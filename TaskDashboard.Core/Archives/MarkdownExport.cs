using System.Globalization;
using System.Text;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Writes tasks as one text in Markdown, for people: what was asked, said and done, one task behind the other. Safe for threads.</summary>
internal sealed class MarkdownExport(Store store, SecretRedaction redaction)
{
    private const int PageSize = 200;

    /// <param name="tasks">The task that was asked for, and those below it.</param>
    /// <param name="output">Takes the text in UTF-8; is left open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            await WriteAsync(Head(task, tasks));
            for (var after = 0L; after < task.LastSeq;)
            {
                var page = await store.Reader.ListMessagesAsync(task.Id, after, PageSize, cancellationToken);
                foreach (var entry in page.Where(entry => entry.Seq <= task.LastSeq)) await WriteAsync(Entry(entry));
                if (page.Count < PageSize) break;
                after = page[^1].Seq;
            }
        }

        async Task WriteAsync(string text) => await output.WriteAsync(Encoding.UTF8.GetBytes(redaction.Redact(text)), cancellationToken);
    }

    private static string Head(AgentTask task, IReadOnlyList<AgentTask> tasks)
    {
        var text = new StringBuilder();
        if (task.Id != tasks[0].Id) text.Append("\n---\n\n");
        text.Append(task.Id == tasks[0].Id ? "# " : "## ").Append(InLine(task.Title)).Append("\n\n");
        Fact("Task", $"`{task.ImportedFrom?.TaskId ?? task.Id}`");
        if (tasks.FirstOrDefault(other => other.Id == task.ParentTaskId) is { } parent) Fact("Part of", InLine(parent.Title));
        Fact("Status", task.Status.ToWire() + (task.ReasonText is { Length: > 0 } why ? $" – {InLine(why)}" : ""));
        Fact("Agent", InLine(task.AgentName));
        Fact("Model", $"`{task.Model}`");
        Fact("Created", Time(task.CreatedAt));
        if (task.EndedAt is { } end) Fact("Ended", Time(end));
        Fact("Tokens", string.Create(CultureInfo.InvariantCulture, $"{task.Usage.Input} in, {task.Usage.Output} out{(task.Usage.Cost is { } cost ? $", about ${cost}" : "")}"));
        return text.Append('\n').ToString();

        void Fact(string name, string value) => text.Append("- **").Append(name).Append(":** ").Append(value).Append('\n');
    }

    private static string Entry(ChatEntry entry) => entry.Role switch
    {
        EntryRole.User => Said("You", entry),
        EntryRole.Assistant => Said("Agent", entry),
        EntryRole.Thought => Quoted("Thought", entry.Text),
        EntryRole.Notice => Quoted("Note", entry.Text),
        EntryRole.Summary => Quoted("What the model is sent instead of everything above", entry.Text),
        EntryRole.Subtask => Quoted("News of another task", entry.Text),
        EntryRole.ToolUse => $"**{InLine(entry.ToolName ?? "Tool")}**\n\n{Fenced(entry.Text, "json")}",
        EntryRole.ToolResult => $"Result: {entry.ToolStatus}\n\n{Fenced(entry.Text, "")}",
        _ => "",
    };

    private static string Said(string who, ChatEntry entry)
    {
        var files = entry.Attachments is { Count: > 0 } attached ? $"Files: {string.Join(", ", attached.Select(file => InLine(file.Name)))}\n\n" : "";
        return $"### {who} · {Time(entry.CreatedAt)}\n\n{entry.Text.TrimEnd()}\n\n{files}";
    }

    private static string Quoted(string what, string text) => $"> *{what}*\n>\n> {text.TrimEnd().Replace("\n", "\n> ", StringComparison.Ordinal)}\n\n";

    /// <summary>In a fence that is longer than any in the text, so that the text cannot end it.</summary>
    private static string Fenced(string text, string language)
    {
        var (longest, length) = (2, 0);
        foreach (var character in text)
        {
            length = character == '`' ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }

        var fence = new string('`', longest + 1);
        return $"{fence}{language}\n{text.TrimEnd()}\n{fence}\n\n";
    }

    /// <summary>On one line, and without what would begin something there.</summary>
    private static string InLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            if (character is '*' or '_' or '`' or '[' or ']' or '<' or '>' or '#' or '\\' or '|') line.Append('\\');
            line.Append(character);
        }

        return line.ToString();
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}

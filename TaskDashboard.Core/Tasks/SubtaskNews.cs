using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;

namespace TaskDashboard.Core.Tasks;

/// <summary>What a parent is told of its child: every status in its log, and the end with the result in its inbox.</summary>
internal static class SubtaskNews
{
    /// <summary>Longest result that is passed on, in UTF-16 units. The whole of it stays in the child's transcript.</summary>
    public const int MaxResultLength = 32 * 1024;

    /// <param name="parent">The parent as it is; a terminal one keeps the news for its next run.</param>
    /// <param name="child">The child after its change.</param>
    /// <param name="result">The child's last word; null when it said none.</param>
    /// <param name="ids">For the message.</param>
    /// <param name="now">The moment of the change.</param>
    public static TaskChange Of(AgentTask parent, AgentTask child, string? result, IdSource ids, DateTimeOffset now)
    {
        var status = new LogEntry(new SubtaskData(child.Status) { TaskId = child.Id });
        if (!child.Status.IsTerminal()) return new TaskChange { Log = [status] };
        var word = Put(parent, child.Id, Text(child, result), MessageMode.Queue, ids, now, isEnd: true);
        return word with { Log = [status, .. word.Log] };
    }

    /// <summary>Puts a word of another task into an inbox.</summary>
    public static TaskChange Word(AgentTask to, string fromTaskId, string text, MessageMode mode, IdSource ids, DateTimeOffset now) =>
        Put(to, fromTaskId, text, mode, ids, now, isEnd: false);

    private static TaskChange Put(AgentTask to, string fromTaskId, string text, MessageMode mode, IdSource ids, DateTimeOffset now, bool isEnd)
    {
        var entry = UserMessage.New(ids, to, text) with { Role = EntryRole.Subtask, FromTaskId = fromTaskId };
        return Inbox.Put(entry, mode, null, now, isEnd);
    }

    /// <summary>How a child that has ended is told of.</summary>
    public static string Text(AgentTask child, string? result)
    {
        var who = child.Name is { } name ? $"Task {name} ({child.Id})" : $"Task “{child.Title}” ({child.Id})";
        return child.Status switch
        {
            AgentTaskStatus.Completed => $"{who} completed.{(string.IsNullOrWhiteSpace(result) ? " It said nothing." : $" It said:\n\n{Cut(result)}")}",
            AgentTaskStatus.Failed => $"{who} failed: {child.ReasonText}",
            _ => $"{who} was cancelled. {child.ReasonText}",
        };
    }

    private static string Cut(string result)
    {
        if (result.Length <= MaxResultLength) return result;
        var end = char.IsHighSurrogate(result[MaxResultLength - 1]) ? MaxResultLength - 1 : MaxResultLength;
        return $"{result.AsSpan(0, end)}\n\n… and {result.Length - end:N0} more characters, which stand in that task's transcript.";
    }
}

using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Another task of the chat, in the place where it began: one line that opens to everything it said and did.</summary>
public sealed class TaskGroupItem(string taskId) : TranscriptItem(KeyOf(taskId))
{
    private const int LongestLine = 160;

    public string TaskId => taskId;

    /// <summary>Reads what is not in memory of it; null where everything is.</summary>
    internal TranscriptLog? Log { get; set; }

    /// <summary>How long its log was when parts of it were let go of last.</summary>
    internal long TrimmedUpTo { get; set; }

    public const string KeyPrefix = "task:";

    public static string KeyOf(string taskId) => KeyPrefix + taskId;

    public TaskTranscript Transcript { get; } = new();

    /// <summary>The newest event of it that was taken in.</summary>
    public long LastEventId { get; internal set; }

    /// <summary>Its row; null for a moment when it has just begun.</summary>
    public AgentTask? Task => Transcript.Task;

    /// <summary>It waits for a person.</summary>
    public bool NeedsPerson => Transcript.Items.Any(item => item is RequestItem { IsOpen: true });

    /// <summary>What it last said or did, on one line; null while there is nothing.</summary>
    public string? LastLine
    {
        get
        {
            for (var index = Transcript.Items.Count - 1; index >= 0; index--)
            {
                var text = Transcript.Items[index] switch
                {
                    MessageItem { Role: EntryRole.User } when index == 0 => null,
                    MessageItem message => message.Text,
                    ToolCallItem call => call.Title,
                    RequestItem request => request.Request.Prompt,
                    ErrorItem error => error.Text,
                    EndingItem { Text: { } why } => why,
                    _ => null,
                };
                if (string.IsNullOrWhiteSpace(text)) continue;
                var line = text.AsSpan().Trim();
                var end = line.LastIndexOf('\n');
                if (end >= 0) line = line[(end + 1)..].Trim();
                return line.Length > LongestLine ? string.Concat(line[..LongestLine], "…") : line.ToString();
            }

            return null;
        }
    }
}

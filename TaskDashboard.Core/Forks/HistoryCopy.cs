using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Forks;

/// <summary>
/// What was said in a task before a place in its log, made ready to stand in another one: with ids of its own, and of no run. Calls are as they were, with their results;
/// one that had none yet at that place is left out, because a run that found it would make it.
/// </summary>
internal sealed class HistoryCopy
{
    /// <summary>More entries than this are not copied: all of them go into one commit.</summary>
    public const int MostEntries = 20_000;

    /// <summary>More text than this, in UTF-16 units, is not copied.</summary>
    public const long MostCharacters = 16L << 20;

    private readonly List<HistoryLine> lines;

    private HistoryCopy(List<HistoryLine> lines) => this.lines = lines;

    /// <summary>The files that go along.</summary>
    public IEnumerable<AttachedFile> Files => lines.SelectMany(line => line.Entry.Attachments ?? []);

    /// <param name="store">Where it is.</param>
    /// <param name="task">The task.</param>
    /// <param name="before">The sequence number of the first event that does not belong to it any more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException"><c>history_too_long</c>.</exception>
    public static async Task<HistoryCopy> ReadAsync(Store store, AgentTask task, long before, CancellationToken cancellationToken)
    {
        var history = new HistoryReader(store);
        var (entries, characters) = await history.MeasureAsync(task, before, cancellationToken);
        if (entries > MostEntries || characters > MostCharacters)
        {
            throw RefusedException.Conflict(
                "history_too_long", $"What was said up to there has {entries:N0} entries with {characters:N0} characters; up to {MostEntries:N0} entries with {MostCharacters:N0} characters are copied. Take an earlier message. Nothing was stored.");
        }

        var lines = await history.ReadAsync(task, before, cancellationToken);
        var answered = lines.Where(line => line.Entry.Role == EntryRole.ToolResult).Select(line => CallOf(line.Entry)).ToHashSet();
        lines.RemoveAll(line => line.Entry.Role == EntryRole.ToolUse && !answered.Contains(CallOf(line.Entry)));
        return new HistoryCopy(lines);
    }

    /// <summary>As the new task's log and transcript begin.</summary>
    /// <param name="ids">For its messages.</param>
    /// <param name="files">The files of the new task by the ids of those that they are copies of.</param>
    public IReadOnlyList<LogEntry> ToLog(IdSource ids, IReadOnlyDictionary<string, AttachedFile> files)
    {
        // Entries of one model call stay together, and apart from those of every other, also of a run that is yet to come.
        var steps = new Dictionary<(string?, int), int>();
        return lines.ConvertAll(line =>
        {
            var entry = line.Entry;
            var place = (entry.RunId, entry.Step);
            if (!steps.TryGetValue(place, out var step)) steps[place] = step = steps.Count + 1;
            IReadOnlyList<AttachedFile>? own = entry.Attachments is { } taken ? [.. taken.Select(file => files[file.Id])] : null;
            var copy = entry with { MessageId = ids.NewMessage(), RunId = null, Step = step, Attachments = own };
            return new LogEntry(Told(line.Data, copy), copy);
        });
    }

    private static EventData Told(EventData data, ChatEntry copy) => data switch
    {
        MessageData { Role: EntryRole.User } message => message with { MessageId = copy.MessageId, Attachments = copy.Attachments, State = EntryState.Read, Step = null, Copied = true },
        MessageData message => message with { MessageId = copy.MessageId, Attachments = copy.Attachments, Step = null, Copied = true },
        ThoughtData thought => thought with { MessageId = copy.MessageId, Copied = true },
        _ => data with { Copied = true },
    };

    private static (string?, int, string?) CallOf(ChatEntry entry) => (entry.RunId, entry.Step, entry.CallId);
}

/// <summary>An entry of a transcript with the event that made it known.</summary>
internal readonly record struct HistoryLine(ChatEntry Entry, EventData Data);

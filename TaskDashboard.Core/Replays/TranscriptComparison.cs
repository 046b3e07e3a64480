using System.Globalization;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Replays;

/// <summary>Compares what two runs added to their transcripts: who said what in which step, in what order; not ids, and not times.</summary>
internal static class TranscriptComparison
{
    /// <param name="recorded">What the run added.</param>
    /// <param name="replayed">What the replay added.</param>
    /// <param name="calls">How many model calls are on record: what comes behind them is not compared.</param>
    /// <returns>The differences, and how many entries were compared.</returns>
    public static (IReadOnlyList<ReplayDifference> Differences, int Entries) Of(IReadOnlyList<ChatEntry> recorded, IReadOnlyList<ChatEntry> replayed, int calls)
    {
        var (before, now) = (Pictures(recorded, calls), Pictures(replayed, calls));
        var differences = new List<ReplayDifference>();
        for (var index = 0; index < Math.Max(before.Count, now.Count); index++)
        {
            var (was, isNow) = (index < before.Count ? before[index] : null, index < now.Count ? now[index] : null);
            if (was != isNow) differences.Add(new ReplayDifference(string.Create(CultureInfo.InvariantCulture, $"entry {index + 1}"), was, isNow));
        }

        return (differences, before.Count);
    }

    private static List<string> Pictures(IReadOnlyList<ChatEntry> entries, int calls)
    {
        var order = new Dictionary<(int, string), int>();
        foreach (var use in entries.Where(entry => entry is { Role: EntryRole.ToolUse, CallId: not null })) order.TryAdd((use.Step, use.CallId!), order.Count);

        // Results stand in the order in which they came, which is chance: they are put into that of their calls.
        return [.. entries.Where(entry => IsCompared(entry, calls))
            .OrderBy(entry => entry.Step).ThenBy(Rank)
            .ThenBy(entry => entry is { Role: EntryRole.ToolResult, CallId: { } call } && order.TryGetValue((entry.Step, call), out var place) ? place : -1)
            .Select(Picture)];
    }

    /// <summary>What the first call was sent is where the replay begins; remarks to people are the engine's, which has other things around it here.</summary>
    private static bool IsCompared(ChatEntry entry, int calls) =>
        entry.Role != EntryRole.Notice && entry.Step <= calls && (entry.Step > 1 || entry.Role is not (EntryRole.User or EntryRole.Subtask)) && entry.Step > 0;

    private static int Rank(ChatEntry entry) => entry.Role switch
    {
        EntryRole.User or EntryRole.Subtask => 0,
        EntryRole.Thought => 1,
        EntryRole.Assistant or EntryRole.Summary => 2,
        EntryRole.ToolUse => 3,
        _ => 4,
    };

    private static string Picture(ChatEntry entry) => entry switch
    {
        { Role: EntryRole.ToolUse } => $"step {entry.Step}: calls {entry.ToolName} {entry.Text}",
        { Role: EntryRole.ToolResult } when ReplayTools.WasStopped(entry) => $"step {entry.Step}: {entry.ToolName} was stopped",
        { Role: EntryRole.ToolResult } => $"step {entry.Step}: {entry.ToolName} {entry.ToolStatus}: {(entry.Text.Length > ToolStep.MaxResultLength ? entry.Text[..ToolStep.MaxResultLength] : entry.Text)}",
        _ => $"step {entry.Step}: {entry.Role}: {entry.Text}",
    };
}

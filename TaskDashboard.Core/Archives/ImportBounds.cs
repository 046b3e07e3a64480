using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>What an import may say of itself. What is beyond it was never exported, and would break sums, times and paths where it is shown or copied.</summary>
internal static class ImportBounds
{
    private const long MostTokens = 1_000_000_000_000_000;
    private const decimal MostCost = 1_000_000_000_000;
    private const long MostMilliseconds = 100L * 366 * 24 * 60 * 60 * 1000;
    private const int FirstYear = 1_900;
    private const int LastYear = 9_000;

    public static bool Hold(TaskUsage usage) =>
        usage.Input is >= 0 and <= MostTokens && usage.Output is >= 0 and <= MostTokens && usage.Cached is >= 0 and <= MostTokens && IsCost(usage.Cost);

    /// <summary>An id becomes a name on the disk when the file is copied.</summary>
    public static bool Hold(IReadOnlyList<AttachedFile>? files) => files?.All(file => ImportedIds.IsId(file.Id, "att")) ?? true;

    public static bool Hold(Run run) => Hold(run.Usage) && IsTime(run.StartedAt) && (run.EndedAt is not { } end || IsTime(end)) && (run.Steps?.All(Hold) ?? true);

    public static bool Hold(EventData data) => data switch
    {
        MessageData message => Hold(message.Attachments),
        ThoughtData thought => IsDuration(thought.DurationMs),
        ToolResultData result => IsDuration(result.DurationMs),
        UsageData usage => Hold(new TaskUsage(usage.Input, usage.Output, usage.Cached, usage.Cost)),
        _ => true,
    };

    private static bool Hold(RunStep step) =>
        Hold(step.Usage) && IsTime(step.StartedAt) && IsDuration(step.DurationMs) && IsDuration(step.FirstTokenMs)
        && (step.Attempts?.All(attempt => IsDuration(attempt.AtMs) && IsDuration(attempt.WaitedMs)) ?? true);

    private static bool IsCost(decimal? cost) => cost is null or (>= 0 and <= MostCost);

    /// <summary>Below 0 where a clock was set back.</summary>
    private static bool IsDuration(long? milliseconds) => milliseconds is null or (>= -MostMilliseconds and <= MostMilliseconds);

    private static bool IsTime(DateTimeOffset at) => at.Year is >= FirstYear and <= LastYear;
}

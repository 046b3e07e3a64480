using static TaskDashboard.Core.Tasks.AgentTaskStatus;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// The one table of legal moves. Every write of a status goes through it, as a compare-and-set on (status, version)
/// with the owner's fencing token; a move that is not here is refused, however it was reached.
/// </summary>
public static class TaskTransitions
{
    private static readonly HashSet<(AgentTaskStatus From, AgentTaskStatus To)> Edges =
    [
        (Pending, Running),      // the dispatcher claims it
        (Pending, Cancelled),    // cancel
        (Pending, Failed),       // a dependency failed
        (Running, Waiting),      // needs a person, children, a rate limit, a budget, or is paused
        (Running, Pending),      // retry of a retryable error; owner lost and policy is resume
        (Running, Completed),    // the run ends
        (Running, Failed),
        (Running, Cancelled),    // cancel
        (Waiting, Running),      // answer, children's end, due time, raise, resume
        (Waiting, Completed),
        (Waiting, Failed),
        (Waiting, Cancelled),    // cancel
        (Completed, Pending),    // explicit continue: a new run
        (Failed, Pending),
        (Cancelled, Pending),
    ];

    /// <summary>
    /// May a task go from one status to the other? Running and waiting may also change their reason and stay; pending may too,
    /// because its place in the queue moves.
    /// </summary>
    public static bool IsLegal(AgentTaskStatus from, AgentTaskStatus to) =>
        from == to ? !from.IsTerminal() : Edges.Contains((from, to));
}

/// <summary>A move of one task, with the reason that it gets there.</summary>
/// <param name="To">The status after.</param>
/// <param name="Reason">One of <see cref="ReasonCodes"/>; null only for completed and cancelled.</param>
/// <param name="ReasonText">One plain sentence, kept on one line; null only for completed.</param>
/// <param name="DueAt">When it goes on by itself, if it does.</param>
public sealed record TaskTransition(AgentTaskStatus To, string? Reason, string? ReasonText, DateTimeOffset? DueAt = null)
{
    /// <summary>Longest reason in UTF-16 units; the rest of a longer one is cut off. What it quotes stands whole in the log.</summary>
    public const int MaxReasonLength = 1_000;

    /// <summary>Quotes titles and error messages, which may have as many lines as they like; a row of the table has one.</summary>
    public string? ReasonText { get; init; } = OneLine(ReasonText);

    /// <summary>The statuses it may start from; null for whatever the table allows.</summary>
    public IReadOnlyList<AgentTaskStatus>? From { get; init; }

    private static string? OneLine(string? text)
    {
        if (text is null) return null;
        if (text.Length > MaxReasonLength)
        {
            var end = char.IsHighSurrogate(text[MaxReasonLength - 2]) ? MaxReasonLength - 2 : MaxReasonLength - 1;
            text = string.Concat(text.AsSpan(0, end), "…");
        }

        return text.Any(BreaksLines) ? string.Join(' ', string.Concat(text.Select(one => BreaksLines(one) ? ' ' : one)).Split(' ', StringSplitOptions.RemoveEmptyEntries)) : text;
    }

    private static bool BreaksLines(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}

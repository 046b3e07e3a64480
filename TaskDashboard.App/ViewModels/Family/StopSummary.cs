using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Family;

/// <summary>How the cancel of a task went, with everything below it that it stopped.</summary>
/// <param name="Asked">When the cancel was accepted.</param>
/// <param name="Lines">One for each task that it stopped, the task itself first.</param>
public sealed record StopSummary(DateTimeOffset Asked, IReadOnlyList<StopLine> Lines)
{
    /// <summary>How many have not come down yet.</summary>
    public int StillStopping => Lines.Count(line => line.Stop is { StoppedAt: null, CutShort: false });

    /// <summary>From the cancel until the last one had come down; null while one has not.</summary>
    public TimeSpan? Took => StillStopping > 0 ? null : Lines.Max(line => line.Stop.StoppedAt ?? Asked) - Asked;

    public int ProcessesReaped => Lines.Sum(line => line.Stop.ProcessesReaped);

    /// <summary>Has to be 0.</summary>
    public int CallsAfter => Lines.Sum(line => line.Stop.CallsAfter);

    /// <summary>Null for a task that was not cancelled.</summary>
    public static StopSummary? Of(TaskNode? root)
    {
        if (root?.Task.Stop is not { } stop) return null;

        // What was stopped before, for itself, is not this cancel's doing.
        var lines = root.All.Where(node => node.Task.Stop is { } other && other.AskedAt >= stop.AskedAt).Select(node => new StopLine(node.Task, node.Task.Stop!));
        return new StopSummary(stop.AskedAt, [.. lines]);
    }
}

/// <summary>One task that a cancel stopped.</summary>
public sealed record StopLine(AgentTask Task, StopReceipt Stop);

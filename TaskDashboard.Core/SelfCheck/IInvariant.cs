namespace TaskDashboard.Core.SelfCheck;

/// <summary>One thing that has to be true of the engine at all times.</summary>
internal interface IInvariant
{
    string Key { get; }

    string Promise { get; }

    /// <summary>Everything that breaks it now. May suspect what is only under way: the watchdog looks twice where <see cref="Finding.Subject"/> tells what to compare.</summary>
    Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Something that breaks an invariant.</summary>
/// <param name="Text">In one sentence.</param>
/// <param name="Subject">
/// What it is about, in the state in which it was found: counts only once two looks in a row have found the same. Null counts at once.
/// </param>
/// <param name="RepairAsync">Puts it right; null where that is not safe.</param>
internal sealed record Finding(string Text, string? Subject, Func<CancellationToken, Task>? RepairAsync);

namespace TaskDashboard.Core.Processes.Sandboxing;

/// <summary>Whether commands of agents run in a sandbox.</summary>
public interface ICommandSandbox
{
    /// <summary>How commands run on this machine, found out by trying, once; only a trial that did not come to its end is made again.</summary>
    Task<SandboxState> FindStateAsync();
}

/// <summary>How commands run.</summary>
/// <param name="IsOn">In a sandbox.</param>
/// <param name="Problem">Why not, in a sentence; null when they do, or when it was turned off.</param>
public sealed record SandboxState(bool IsOn, string? Problem)
{
    /// <summary>Whether it could be found out. As long as it was not, no command runs.</summary>
    public bool IsKnown { get; init; } = true;
}

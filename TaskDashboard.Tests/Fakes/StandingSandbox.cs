using TaskDashboard.Core.Processes.Sandboxing;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A sandbox of which a test says how it stands.</summary>
internal sealed class StandingSandbox : ICommandSandbox
{
    public SandboxState State { get; set; } = new(true, null);

    public Task<SandboxState> FindStateAsync() => Task.FromResult(State);
}

using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Runs;

/// <summary>What is done around every tool call, whichever tool it is.</summary>
/// <param name="Secrets">What is taken out of results before they become facts.</param>
/// <param name="Baselines">What keeps the work folder as it is before the first change.</param>
internal sealed record CallPrecautions(SecretRedaction Secrets, WorkDirBaselines Baselines)
{
    /// <summary>To be waited for before a call is let go.</summary>
    public Task PrepareAsync(AgentTask task, AgentTool tool, CancellationToken cancellationToken) =>
        tool.Risk is ToolRisk.Write or ToolRisk.Execute ? Baselines.EnsureAsync(task, cancellationToken) : Task.CompletedTask;
}

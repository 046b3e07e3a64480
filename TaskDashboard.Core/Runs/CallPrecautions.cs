using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Runs;

/// <summary>What is done around every call, whichever tool or model it is.</summary>
/// <param name="Secrets">What is taken out of results before they become facts.</param>
/// <param name="Baselines">What keeps the work folder as it is before the first change.</param>
/// <param name="Telemetry">What tells of it.</param>
internal sealed record CallPrecautions(SecretRedaction Secrets, WorkDirBaselines Baselines, EngineTelemetry Telemetry)
{
    /// <summary>To be waited for before a call is let go.</summary>
    public Task PrepareAsync(AgentTask task, AgentTool tool, CancellationToken cancellationToken) =>
        tool.Risk is ToolRisk.Write or ToolRisk.Execute ? Baselines.EnsureAsync(task, cancellationToken) : Task.CompletedTask;
}

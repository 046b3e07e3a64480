using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Replays that come to what a test says.</summary>
internal sealed class StandingReplays : IReplays
{
    public ReplayReport? Report { get; set; }

    public RefusedException? Refusal { get; set; }

    public Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken = default) =>
        Refusal is { } refusal ? Task.FromException<ReplayReport>(refusal) : Task.FromResult(Report ?? throw RefusedException.NotFound("run", runId));
}

using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Runs and exchanges that a test has put there.</summary>
internal sealed class ListedTimelines : ITimelineReader, IExchangeReader
{
    public Dictionary<string, RunRecord> Runs { get; } = [];

    public Dictionary<string, ModelExchange> Exchanges { get; } = [];

    public Dictionary<string, RunCall> Calls { get; } = [];

    public List<RunStep> LaterSteps { get; } = [];

    public RunTimeline? Tree { get; set; }

    public Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default) => Task.FromResult(Runs.GetValueOrDefault(runId));

    public Task<IReadOnlyList<RunStep>> ListStepsAsync(string runId, int after, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<RunStep>>([.. LaterSteps.Where(step => step.Index > after)]);

    public Task<RunCall?> FindCallAsync(string runId, string callId, CancellationToken cancellationToken = default) => Task.FromResult(Calls.GetValueOrDefault(callId));

    public Task<RunTimeline?> FindTreeAsync(string runId, CancellationToken cancellationToken = default) => Task.FromResult(Tree);

    /// <summary>Exchanges that are not read before these are done, by their steps.</summary>
    public Dictionary<string, Task> Held { get; } = [];

    public async Task<ModelExchange?> FindAsync(string runId, string stepId, CancellationToken cancellationToken = default)
    {
        if (Held.TryGetValue(stepId, out var held)) await held;
        return Exchanges.GetValueOrDefault(stepId);
    }
}

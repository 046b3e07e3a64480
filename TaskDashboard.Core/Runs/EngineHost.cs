using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Starts the engine before the web server listens, and brings it down in order. At start: settle what was left, then take work. At stop:
/// take no more, let runs write their last checkpoint within ten seconds, and leave them for the next start.
/// </summary>
internal sealed class EngineHost(
    RunRecovery recovery, TaskDispatcher dispatcher, LiveRunTable runs, IAgentStore agents, EngineState state, TimeProvider time, ILogger<EngineHost> logger) : IHostedService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if ((await agents.ListAsync(cancellationToken)).Count == 0)
        {
            foreach (var agent in ReadyMadeAgents.All(time.GetUtcNow())) await agents.SaveAsync(agent, cancellationToken);
        }

        foreach (var task in await recovery.SettleAsync(cancellationToken)) dispatcher.Enqueue(task);
        dispatcher.Open();
        state.IsReady = true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        state.IsReady = false;
        dispatcher.Close();
        var leaving = runs.All.ToList();
        foreach (var run in leaving) run.RequestStop(new RunStop(RunStopKind.Drain, "The server is stopping."));
        try
        {
            await Task.WhenAll(leaving.Select(run => run.Settled)).WaitAsync(Grace, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            logger.LogWarning("{Count} runs did not come down in time; the next start settles them.", leaving.Count(run => !run.Settled.IsCompleted));
        }
    }
}

/// <summary>Whether the engine takes work; for the readiness check.</summary>
public sealed class EngineState
{
    private volatile bool ready;

    /// <summary>True from the end of the start to the begin of the stop.</summary>
    public bool IsReady
    {
        get => ready;
        internal set => ready = value;
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Starts the engine before the web server listens, and brings it down in order. At start: settle what was left, then take work. At stop:
/// take no more, let runs come to a place where the next process can go on, within ten seconds, and leave them for it.
/// </summary>
/// <remarks>
/// It drains while the server still listens, so that callers are told so (503 <c>draining</c>) rather than cut off. A model call is cut at once,
/// with its text kept; tool calls, which may have effects, get the time to end.
/// </remarks>
internal sealed class EngineHost(
    Store store, ProcessRunner processes, TaskWorktrees worktrees, RunOwner owner, BudgetService budgets, RunRecovery recovery, TaskDispatcher dispatcher, CommittedTasks committed, RunSlots slots, LiveRunTable runs, AgentStore agents,
    EngineState state, TimeProvider time, ILogger<EngineHost> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan GraceForTools = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan GraceBehindThem = TimeSpan.FromSeconds(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        StrayFailures.Install(logger);
        if ((await agents.ListAsync(cancellationToken)).Count == 0)
        {
            foreach (var agent in ReadyMadeAgents.All(time.GetUtcNow())) await agents.SaveAsync(agent, cancellationToken);
        }

        await processes.ReapLeftBehindAsync();
        await worktrees.RemoveLeftAsync(async taskId => await store.Reader.FindAsync(taskId, cancellationToken) is not null, cancellationToken);
        budgets.Load();
        await owner.RegisterAsync();
        foreach (var task in store.Live.All.OrderBy(task => task.Key)) committed.Load(task);
        state.LastRestart = await recovery.SettleAsync(cancellationToken);
        foreach (var task in store.Live.All.Where(task => task.Inbox.Count > 0)) await dispatcher.TakeUpAsync(task.Id);
        slots.Open();
        state.IsReady = true;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.IsReady = false;
        slots.Close();
        foreach (var run in runs.All) run.RequestLeave();
        if (!await SettledAsync(GraceForTools, cancellationToken))
        {
            foreach (var run in runs.All) run.RequestStop(new RunStop(RunStopKind.Drain, "The server is stopping."));
            if (!await SettledAsync(GraceBehindThem, cancellationToken))
            {
                logger.LogWarning("{Count} runs did not come down in time; the next start settles them.", runs.All.Count);
            }
        }

        await owner.RetireAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until no run is there, also none that was claimed while this began.</summary>
    private async Task<bool> SettledAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(bound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            while (runs.All.ToList() is { Count: > 0 } left) await Task.WhenAll(left.Select(run => run.Settled)).WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>Whether the engine takes work; for the readiness check.</summary>
public sealed class EngineState
{
    private volatile bool ready;
    private volatile RestartSummary? lastRestart;

    /// <summary>True from the end of the start to the begin of the stop.</summary>
    public bool IsReady
    {
        get => ready;
        internal set => ready = value;
    }

    /// <summary>What the start found and did; null before it has.</summary>
    public RestartSummary? LastRestart
    {
        get => lastRestart;
        internal set => lastRestart = value;
    }
}

using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// How many runs may be at work at the same time, all together and for each agent, and who is next. A run that waits (for its children, a
/// rate limit, a person) gives its slot up and takes one again when it goes on, so that waiting blocks nobody. Safe for threads.
/// </summary>
internal sealed class RunSlots : IQueuePlaces
{
    private readonly Lock gate = new();
    private readonly TaskQueue queue = new();
    private readonly Dictionary<string, int> busyByAgent = new(StringComparer.Ordinal);
    private readonly int perAgent;
    private int free;
    private bool closed = true;

    public RunSlots(IOptions<DashboardOptions> options)
    {
        free = Total = options.Value.Limits.MaxConcurrentRuns;
        perAgent = options.Value.Limits.MaxConcurrentRunsPerAgent ?? int.MaxValue;
    }

    /// <summary>Called with a pending task that has been given a slot: claim it and start its run, or give the slot back.</summary>
    public Action<TaskQueue.Entry>? Granted { get; set; }

    public int Total { get; }

    /// <summary>Slots that are taken.</summary>
    public int Busy
    {
        get { lock (gate) return Total - free; }
    }

    /// <summary>How many wait for a slot.</summary>
    public int QueueLength
    {
        get { lock (gate) return queue.Count; }
    }

    /// <summary>True before the start is done and once the process is stopping: nothing is given out.</summary>
    public bool IsClosed
    {
        get { lock (gate) return closed; }
    }

    public int? PlaceOf(string taskId)
    {
        lock (gate) return queue.PlaceOf(taskId);
    }

    public bool IsQueued(string taskId)
    {
        lock (gate) return queue.Contains(taskId);
    }

    public void Open()
    {
        lock (gate) closed = false;
        Pump();
    }

    public void Close()
    {
        lock (gate) closed = true;
    }

    /// <summary>Takes a slot at once, unless none is free or somebody else is next.</summary>
    public bool TryTake(string agentId)
    {
        lock (gate)
        {
            if (closed || free == 0 || !HasRoom(agentId) || queue.First(HasRoom) is not null) return false;
            Take(agentId);
            return true;
        }
    }

    /// <summary>As <see cref="TryTake"/>, for a run that had given its slot up. False too when it has one.</summary>
    public bool TryEnter(LiveRun run)
    {
        lock (gate)
        {
            if (closed || free == 0 || !HasRoom(run.Agent.Id) || queue.First(HasRoom) is not null || !run.TryEnterSlot()) return false;
            Take(run.Agent.Id);
            return true;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Give(string agentId)
    {
        lock (gate)
        {
            free++;
            if (busyByAgent[agentId] == 1) busyByAgent.Remove(agentId);
            else busyByAgent[agentId]--;
        }

        Pump();
    }

    /// <summary>Lets a pending task wait for its turn. Again with another priority moves it.</summary>
    public void Enqueue(AgentTask pending)
    {
        lock (gate) queue.Add(pending, null);
        Pump();
    }

    public void Withdraw(string taskId)
    {
        lock (gate) queue.Remove(taskId);
    }

    /// <summary>The run waits for something: others may use its slot.</summary>
    public void Yield(LiveRun run)
    {
        if (run.TryLeaveSlot()) Give(run.Agent.Id);
    }

    /// <summary>As <see cref="Yield"/>, for a run of which every tool call only waits; nothing when one of them does not any more.</summary>
    public void YieldWhileWaiting(LiveRun run)
    {
        if (run.TryLeaveSlotWhileWaiting()) Give(run.Agent.Id);
    }

    /// <summary>The run is over: its slot, if it has one, is free, and it never has one again.</summary>
    public void YieldForGood(LiveRun run)
    {
        if (run.TryLeaveSlotForGood()) Give(run.Agent.Id);
    }

    /// <summary>Completes when the run has a slot; at once when it has one.</summary>
    /// <exception cref="OperationCanceledException">It need not go on any more; it has no slot.</exception>
    public async Task RegainAsync(AgentTask task, LiveRun run, CancellationToken cancellationToken)
    {
        await run.Regaining.WaitAsync(cancellationToken);
        try
        {
            await WaitForTurnAsync(task, run, cancellationToken);
        }
        finally
        {
            run.Regaining.Release();
        }
    }

    private async Task WaitForTurnAsync(AgentTask task, LiveRun run, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            // Under the lock: a resume may hand it one in this very moment.
            if (run.HoldsSlot) return;
            queue.Add(task, turn);
        }

        Pump();
        try
        {
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool withdrawn;
            lock (gate) withdrawn = queue.Remove(task.Id);
            if (!withdrawn) Give(run.Agent.Id); // Its turn came in this very moment.
            throw;
        }

        if (!run.TryEnterSlot()) Give(run.Agent.Id);
    }

    private void Pump()
    {
        while (true)
        {
            TaskQueue.Entry next;
            lock (gate)
            {
                if (closed || free == 0 || queue.First(HasRoom) is not { } first) return;
                next = first;
                queue.Remove(first.TaskId);
                Take(first.AgentId);
            }

            if (next.Returning is { } returning) returning.SetResult();
            else Granted!(next);
        }
    }

    private bool HasRoom(string agentId) => busyByAgent.GetValueOrDefault(agentId) < perAgent;

    private void Take(string agentId)
    {
        free--;
        busyByAgent[agentId] = busyByAgent.GetValueOrDefault(agentId) + 1;
    }
}

using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.People;

/// <summary>
/// Holds people and their keys to what each may ask for, so that one of them cannot use up a server of many. Counts in memory: a restart begins anew. Safe for
/// threads.
/// </summary>
public sealed class PersonLimits
{
    /// <summary>A run may take any time: after so long it is worth another look.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly PeopleOptions options;
    private readonly TaskReader reader;
    private readonly TokenBuckets requests;
    private readonly TokenBuckets creations;
    private readonly Lock gate = new();

    /// <summary>Of each person, the tasks that are about to run, and not counted yet where those are that do.</summary>
    private readonly Dictionary<string, Coming> coming = new(StringComparer.Ordinal);

    internal PersonLimits(IOptions<PeopleOptions> options, TaskReader reader, TimeProvider time)
    {
        this.options = options.Value;
        this.reader = reader;
        requests = new TokenBuckets(time, this.options.RequestsPerMinute, TimeSpan.FromMinutes(1));
        creations = new TokenBuckets(time, this.options.TasksPerHour, TimeSpan.FromHours(1));
    }

    /// <summary>One more request.</summary>
    /// <exception cref="RefusedException"><c>too_many_requests</c>.</exception>
    public void TakeRequest(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.SeesAll || Take(requests, caller) is not { } wait) return;
        throw RefusedException.TooMany("too_many_requests", $"There may be {options.RequestsPerMinute:N0} requests a minute of a person and of a key ({PeopleOptions.Section}:RequestsPerMinute).", wait);
    }

    /// <summary>
    /// Room for one more task that runs or waits for a slot. Taken until the answer is disposed: by then the task is committed, and counted. Where it hangs on
    /// others that are about to be committed, they are waited for.
    /// </summary>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="personId">Whose task it is; null for what is nobody's, which is counted as the caller's.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RefusedException"><c>too_many_running</c>.</exception>
    public async Task<IDisposable?> TakeRoomAsync(Caller caller, string? personId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.SeesAll) return null;
        var whose = personId ?? caller.UserId;
        while (true)
        {
            Task next;
            lock (gate)
            {
                var counts = reader.CountsOf(whose);
                var running = counts.Running + counts.ByStatus[AgentTaskStatus.Pending];
                if (running >= options.RunningTasks)
                    throw RefusedException.TooMany("too_many_running", $"A person may have {options.RunningTasks:N0} tasks that run or wait for a slot ({PeopleOptions.Section}:RunningTasks).", LookAgain);
                if (!coming.TryGetValue(whose, out var others)) coming[whose] = others = new Coming();
                if (running + others.Count < options.RunningTasks)
                {
                    others.Count++;
                    return new Room(this, whose);
                }

                next = others.OneLeft.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One more task.</summary>
    /// <exception cref="RefusedException"><c>too_many_tasks</c>.</exception>
    public void TakeCreation(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (!caller.SeesAll && Take(creations, caller) is { } wait)
            throw RefusedException.TooMany("too_many_tasks", $"A person, and a key, may make {options.TasksPerHour:N0} tasks in an hour ({PeopleOptions.Section}:TasksPerHour).", wait);
    }

    private void Leave(string whose)
    {
        TaskCompletionSource left;
        lock (gate)
        {
            var others = coming[whose];
            left = others.OneLeft;
            others.OneLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (--others.Count == 0) coming.Remove(whose);
        }

        left.SetResult();
    }

    private static TimeSpan? Take(TokenBuckets buckets, Caller caller) => caller.KeyId is { } key ? buckets.TryTake(caller.UserId, key) : buckets.TryTake(caller.UserId);

    private sealed class Coming
    {
        public int Count { get; set; }

        /// <summary>Set when one of them is through, whatever came of it.</summary>
        public TaskCompletionSource OneLeft { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Room(PersonLimits limits, string whose) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) limits.Leave(whose);
        }
    }
}

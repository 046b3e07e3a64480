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

    /// <summary>Of each person and key, the tasks that are about to run, and not counted yet where those are that do.</summary>
    private readonly Dictionary<string, Coming> coming = new(StringComparer.Ordinal);

    internal PersonLimits(IOptions<PeopleOptions> options, TaskReader reader, TimeProvider time)
    {
        this.options = options.Value;
        this.reader = reader;
        requests = new TokenBuckets(time, TimeSpan.FromMinutes(1));
        creations = new TokenBuckets(time, TimeSpan.FromHours(1));
    }

    /// <summary>One more request.</summary>
    /// <exception cref="RefusedException"><c>too_many_requests</c>.</exception>
    public void TakeRequest(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.SeesAll || Take(requests, caller, options.RequestsPerMinute, options.RequestsPerMinuteOfKey) is not { } wait) return;
        throw RefusedException.TooMany(
            "too_many_requests", $"There may be {options.RequestsPerMinute:N0} requests a minute of a person, and {options.RequestsPerMinuteOfKey:N0} of a key ({PeopleOptions.Section}:RequestsPerMinute, :RequestsPerMinuteOfKey).", wait);
    }

    /// <summary>
    /// Room for more tasks that run or wait for a slot. Taken until the answer is disposed: by then the tasks are committed, and counted. Where it hangs on
    /// others that are about to be committed, they are waited for.
    /// </summary>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="personId">Whose task it is; null for what is nobody's, which is counted as the caller's.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <param name="count">For how many tasks.</param>
    /// <exception cref="RefusedException"><c>too_many_running</c>.</exception>
    public async Task<IDisposable?> TakeRoomAsync(Caller caller, string? personId, CancellationToken cancellationToken, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.SeesAll) return null;
        Holder[] holders = caller.KeyId is { } key
            ? [new Holder(personId ?? caller.UserId, options.RunningTasks, false), new Holder(key, options.RunningTasksOfKey, true)]
            : [new Holder(personId ?? caller.UserId, options.RunningTasks, false)];
        while (true)
        {
            Task? next = null;
            lock (gate)
            {
                foreach (var holder in holders)
                {
                    var running = RunningOf(holder);
                    if (running + count > holder.Most) throw RefusedException.TooMany("too_many_running", TooManyText(holder), LookAgain);
                    if (coming.TryGetValue(holder.Id, out var others) && running + others.Count + count > holder.Most) next = others.OneLeft.Task;
                }

                if (next is null)
                {
                    foreach (var holder in holders)
                    {
                        if (!coming.TryGetValue(holder.Id, out var others)) coming[holder.Id] = others = new Coming();
                        others.Count += count;
                    }

                    return new Room(this, holders, count);
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One more task.</summary>
    /// <exception cref="RefusedException"><c>too_many_tasks</c>.</exception>
    public void TakeCreation(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (!caller.SeesAll && Take(creations, caller, options.TasksPerHour, options.TasksPerHourOfKey) is { } wait)
            throw RefusedException.TooMany(
                "too_many_tasks", $"A person may make {options.TasksPerHour:N0} tasks in an hour, and a key {options.TasksPerHourOfKey:N0} ({PeopleOptions.Section}:TasksPerHour, :TasksPerHourOfKey).", wait);
    }

    private void Leave(Holder holder, int count)
    {
        TaskCompletionSource left;
        lock (gate)
        {
            var others = coming[holder.Id];
            left = others.OneLeft;
            others.OneLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if ((others.Count -= count) == 0) coming.Remove(holder.Id);
        }

        left.SetResult();
    }

    private long RunningOf(Holder holder)
    {
        if (holder.IsKey) return reader.CountRunningOfKey(holder.Id);
        var counts = reader.CountsOf(holder.Id);
        return counts.Running + counts.ByStatus[AgentTaskStatus.Pending];
    }

    private static string TooManyText(Holder holder) => holder.IsKey
        ? $"A key may have {holder.Most:N0} tasks that run or wait for a slot ({PeopleOptions.Section}:RunningTasksOfKey)."
        : $"A person may have {holder.Most:N0} tasks that run or wait for a slot ({PeopleOptions.Section}:RunningTasks).";

    private static TimeSpan? Take(TokenBuckets buckets, Caller caller, int most, int mostOfKey) =>
        caller.KeyId is { } key ? buckets.TryTake((caller.UserId, most), (key, mostOfKey)) : buckets.TryTake((caller.UserId, most));

    private sealed class Coming
    {
        public int Count { get; set; }

        /// <summary>Set when one of them is through, whatever came of it.</summary>
        public TaskCompletionSource OneLeft { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A person or a key.</summary>
    private readonly record struct Holder(string Id, int Most, bool IsKey);

    private sealed class Room(PersonLimits limits, Holder[] holders, int count) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0) return;
            foreach (var holder in holders) limits.Leave(holder, count);
        }
    }
}

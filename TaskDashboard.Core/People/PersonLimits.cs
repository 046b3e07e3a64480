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

    /// <summary>One more task.</summary>
    /// <exception cref="RefusedException"><c>too_many_running</c>, <c>too_many_tasks</c>.</exception>
    public void TakeCreation(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.SeesAll) return;
        var counts = reader.CountsOf(caller.UserId);
        if (counts.Running + counts.ByStatus[AgentTaskStatus.Pending] >= options.RunningTasks)
            throw RefusedException.TooMany("too_many_running", $"A person may have {options.RunningTasks:N0} tasks that run or wait for a slot ({PeopleOptions.Section}:RunningTasks).", LookAgain);
        if (Take(creations, caller) is { } wait)
            throw RefusedException.TooMany("too_many_tasks", $"A person, and a key, may make {options.TasksPerHour:N0} tasks in an hour ({PeopleOptions.Section}:TasksPerHour).", wait);
    }

    private static TimeSpan? Take(TokenBuckets buckets, Caller caller) => caller.KeyId is { } key ? buckets.TryTake(caller.UserId, key) : buckets.TryTake(caller.UserId);
}

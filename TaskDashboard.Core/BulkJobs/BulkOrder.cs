using System.Text.Json.Serialization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>What is to be done with many tasks: those that are named, or those that match a filter.</summary>
/// <param name="Action">What is done with each.</param>
public sealed record BulkOrder(BulkAction Action)
{
    /// <summary>How many tasks one job takes at most.</summary>
    public const int MostTasks = 200_000;

    /// <summary>How many tasks can be named by their ids; more go by a filter.</summary>
    public const int MostIds = 10_000;

    /// <summary>How long a job can be made to wait at most.</summary>
    public static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(60);

    /// <summary>The tasks by their ids, 1 to <see cref="MostIds"/>; null where <see cref="Filter"/> says which.</summary>
    public IReadOnlyList<string>? TaskIds { get; init; }

    /// <summary>
    /// The tasks as a list shows them; its order, limit and cursor do not count. Which they are is found out when the job is ordered: a task that
    /// matches later is none of them. Null where <see cref="TaskIds"/> says which.
    /// </summary>
    public TaskQuery? Filter { get; init; }

    /// <summary>Ids of tasks that match <see cref="Filter"/> and are left out, up to <see cref="MostIds"/>.</summary>
    public IReadOnlyCollection<string> Except { get; init; } = [];

    /// <summary>How long the job waits before it begins, so that it can be taken back: 0 to <see cref="LongestUndo"/>. Default 0.</summary>
    public TimeSpan UndoTime { get; init; }
}

/// <summary>What a job does with each of its tasks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BulkAction>))]
public enum BulkAction
{
    /// <summary>Stops it, and what is below it.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    /// <summary>Runs it again, where it failed or was cancelled.</summary>
    [JsonStringEnumMemberName("retry")]
    Retry,

    /// <summary>Stops and removes it.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,
}

/// <summary>How far an order reaches, as it stands at this moment.</summary>
/// <param name="Total">How many tasks it names.</param>
/// <param name="Live">How many tasks that have not ended would be stopped by a cancel or a delete: of those, and of what is below them.</param>
public sealed record BulkReach(int Total, int Live);

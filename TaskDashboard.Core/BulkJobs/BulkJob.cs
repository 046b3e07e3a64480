using System.Text.Json.Serialization;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>One action on many tasks, as it stood at a moment.</summary>
/// <remarks>
/// A job lives with the process. After a restart it is <see cref="BulkJobStatus.Interrupted"/>: what was done stays done, nothing more of it is. Its numbers
/// are then those of at most two seconds before a crash.
/// </remarks>
public sealed record BulkJob
{
    /// <summary>How many failures are told one by one; all of them are counted.</summary>
    public const int MostFailures = 10;

    public required string Id { get; init; }

    public required BulkAction Action { get; init; }

    public BulkJobStatus Status { get; init; }

    /// <summary>How many tasks it is about.</summary>
    public int Total { get; init; }

    /// <summary>Of how many it is done.</summary>
    public int Done { get; init; }

    /// <summary>For how many there was nothing to do: they had ended, or were gone.</summary>
    public int Unchanged { get; init; }

    /// <summary>How many were refused or failed.</summary>
    public int Failed { get; init; }

    /// <summary>The first of those, and why.</summary>
    public IReadOnlyList<BulkFailure> Failures { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it begins or began; until then it can be taken back whole.</summary>
    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Somebody has read how it ended.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>How many tasks it has been through.</summary>
    [JsonIgnore]
    public int Seen => Done + Unchanged + Failed;

    /// <summary>It goes on, or will.</summary>
    [JsonIgnore]
    public bool IsLive => Status is BulkJobStatus.Pending or BulkJobStatus.Running;
}

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BulkJobStatus>))]
public enum BulkJobStatus
{
    /// <summary>It waits, and can be taken back whole.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It has been through all of its tasks, whatever became of each.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Somebody ended it. What was done stays done.</summary>
    [JsonStringEnumMemberName("aborted")]
    Aborted,

    /// <summary>The server stopped. What was done stays done.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}

/// <summary>A task with which it could not be done.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Title">Its title; null where whoever ordered the job does not see it.</param>
/// <param name="Code">Machine code, such as <c>read_only</c>, <c>not_found</c>, <c>not_retryable</c>.</param>
/// <param name="Text">Why, in a sentence.</param>
public sealed record BulkFailure(string TaskId, string? Title, string Code, string Text);

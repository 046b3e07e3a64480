using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tasks;

/// <summary>An edge: a task starts after another one.</summary>
/// <param name="TaskId">The task that has to end first.</param>
/// <param name="OnFailure">What its failure, its cancel or its deletion means.</param>
/// <param name="State">Where the edge stands.</param>
public sealed record TaskDependency(string TaskId, DependencyFailure OnFailure = DependencyFailure.Fail, DependencyState State = DependencyState.Open);

/// <summary>What it means for a task when one that it depends on fails, is cancelled or is deleted before it was done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DependencyFailure>))]
public enum DependencyFailure
{
    /// <summary>The task fails too, with the reason <c>dependency</c>. The default.</summary>
    [JsonStringEnumMemberName("fail")] Fail,

    /// <summary>The task starts all the same.</summary>
    [JsonStringEnumMemberName("continue")] Continue,
}

/// <summary>Where an edge stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DependencyState>))]
public enum DependencyState
{
    /// <summary>The other task has not ended.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>It completed.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>It failed, was cancelled or was deleted.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

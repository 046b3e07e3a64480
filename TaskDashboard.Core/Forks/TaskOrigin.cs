using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Forks;

/// <summary>Where a task comes from that was made out of another one, or together with others. On the wire as <c>origin</c>; what does not apply is left out.</summary>
/// <param name="Kind">How it was made.</param>
public sealed record TaskOrigin(OriginKind Kind)
{
    /// <summary>The task that it was made out of, which may be deleted by now; null for one of a comparison.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TaskId { get; init; }

    /// <summary>For a fork: the message of that task that was edited, or behind which it goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? MessageId { get; init; }

    /// <summary>For one of a comparison: what the others have too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ComparisonId { get; init; }

    /// <summary>For one of a comparison: its place among the others, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Position { get; init; }

    /// <summary>Since when it is the one that was picked out of its comparison; null for the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? PickedAt { get; init; }

    /// <summary>What tasks are looked up by that have this origin.</summary>
    [JsonIgnore] internal string Source => ComparisonId ?? TaskId ?? "";
}

/// <summary>How a task was made out of another one, or together with others.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OriginKind>))]
public enum OriginKind
{
    /// <summary>The same order again, from the start.</summary>
    [JsonStringEnumMemberName("rerun")] Rerun,

    /// <summary>What was said up to a message, and on from there.</summary>
    [JsonStringEnumMemberName("fork")] Fork,

    /// <summary>One order given to several agents or models at the same time.</summary>
    [JsonStringEnumMemberName("comparison")] Comparison,
}

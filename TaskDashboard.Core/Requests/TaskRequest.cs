using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Requests;

/// <summary>A question or an approval that a task waits on a person for. A row before it is shown anywhere.</summary>
public sealed record TaskRequest
{
    public required string RequestId { get; init; }

    public required string TaskId { get; init; }

    public string? RunId { get; init; }

    public RequestKind Kind { get; init; }

    public required string Prompt { get; init; }

    /// <summary>Answers to choose from; empty for free text.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The arguments of the tool call that needs approval, as JSON text.</summary>
    public string? Arguments { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while the request is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public string? Answer { get; init; }

    /// <summary>Who answered.</summary>
    public string? By { get; init; }
}

/// <summary>What is asked of the person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestKind>))]
public enum RequestKind
{
    /// <summary>May this tool call be made?</summary>
    [JsonStringEnumMemberName("approval")] Approval,

    /// <summary>The agent wants to know something.</summary>
    [JsonStringEnumMemberName("question")] Question,
}

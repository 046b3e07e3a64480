using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Requests;

/// <summary>
/// A question or an approval that a task waits on a person for. A row before it is shown anywhere; it is answered once, by a person, by its
/// expiry, or by the end of what it was asked for.
/// </summary>
public sealed record TaskRequest
{
    public required string RequestId { get; init; }

    public required string TaskId { get; init; }

    /// <summary>The run that asked.</summary>
    public string? RunId { get; init; }

    /// <summary>The tool call that waits for the answer.</summary>
    public string? CallId { get; init; }

    /// <summary>The model call of the run that wanted the tool call: some models give the calls of each answer the same ids. Null where that is not known.</summary>
    [JsonIgnore] public int? Step { get; init; }

    public RequestKind Kind { get; init; }

    /// <summary>What is asked, in one sentence or a few.</summary>
    public required string Prompt { get; init; }

    /// <summary>Answers to choose from: <see cref="RequestAnswers.Allow"/> and <see cref="RequestAnswers.Deny"/> for an approval; empty for free text.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The arguments of the tool call that needs approval, as the agent wants to make it.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>The tool whose call needs approval; null for a question.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Tool { get; init; }

    /// <summary>What that tool can do at worst.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ToolRisk? Risk { get; init; }

    /// <summary>What rules look at: the command, the path or the address of the call; null where the call has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Subject { get; init; }

    /// <summary>The fields to fill in, as a JSON schema of an object with plain properties; null for a question without a form.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JsonElement? Form { get; init; }

    /// <summary>The answer that is given at <see cref="ExpiresAt"/> when nobody has given one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Default { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is answered by its default; null when it waits for as long as it takes.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null while the request is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>One of the options, free text, or the filled-in form as JSON; null while open, and when it was closed without an answer.</summary>
    public string? Answer { get; init; }

    /// <summary>Who answered.</summary>
    public string? By { get; init; }

    /// <summary>What the person told the agent besides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Note { get; init; }

    /// <summary>The arguments that the person put in place of the agent's; null when they were left as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JsonElement? ChangedArguments { get; init; }

    /// <summary>When the call was let go: from here on it may have had its effect, before it certainly has not.</summary>
    [JsonIgnore] public DateTimeOffset? BegunAt { get; init; }

    [JsonIgnore] public bool IsOpen => ResolvedAt is null;

    /// <summary>Was it asked for this tool call of the transcript?</summary>
    internal bool IsFor(ChatEntry call) => CallId == call.CallId && RunId == call.RunId && (Step is null || Step == call.Step);
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

/// <summary>The answers to an approval.</summary>
public static class RequestAnswers
{
    /// <summary>The call is made.</summary>
    public const string Allow = "allow";

    /// <summary>The call is not made; the agent is told so, with the note.</summary>
    public const string Deny = "deny";

    public static IReadOnlyList<string> ForApproval { get; } = [Allow, Deny];
}

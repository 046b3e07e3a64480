using System.Text.Json.Serialization;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>Which tool calls of an agent need a person's approval. Rules (<see cref="ApprovalRule"/>) come before it; questions to people need none.</summary>
public sealed record ApprovalPolicy
{
    /// <summary>Default: <see cref="ApprovalMode.AskByRisk"/>.</summary>
    public ApprovalMode Mode { get; init; } = ApprovalMode.AskByRisk;

    /// <summary>For <see cref="ApprovalMode.AskByRisk"/>: the risks that are asked for. Default: execute and network.</summary>
    public IReadOnlyList<ToolRisk> AskFor { get; init; } = [ToolRisk.Execute, ToolRisk.Network];

    /// <summary>For <see cref="ApprovalMode.AllowListed"/>: the tools that need no approval. Default: none.</summary>
    public IReadOnlyList<string> AllowedTools { get; init; } = [];

    /// <summary>How long a request waits for its answer, in seconds, from 1 to 2,592,000 (30 days); null (default) for as long as it takes.</summary>
    public int? ExpiresAfterS { get; init; }

    /// <summary>What an approval is answered when its time is over: <see cref="RequestAnswers.Deny"/> (default) or <see cref="RequestAnswers.Allow"/>.</summary>
    public string OnExpiry { get; init; } = RequestAnswers.Deny;

    /// <summary>Longest <see cref="ExpiresAfterS"/>.</summary>
    public const int MaxExpirySeconds = 30 * 86_400;

    /// <summary>Does a call of this tool need a person?</summary>
    public bool Asks(string tool, ToolRisk risk) => Mode switch
    {
        ApprovalMode.AskAlways => true,
        ApprovalMode.AskByRisk => AskFor.Contains(risk),
        ApprovalMode.AllowListed => !AllowedTools.Contains(tool, StringComparer.Ordinal),
        ApprovalMode.AllowAll => false,
        _ => throw new InvalidOperationException($"There is no approval mode {Mode}."),
    };
}

/// <summary>When people are asked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalMode>))]
public enum ApprovalMode
{
    /// <summary>Before calls whose risk is among those that are asked for.</summary>
    [JsonStringEnumMemberName("ask_by_risk")] AskByRisk,

    /// <summary>Before every call.</summary>
    [JsonStringEnumMemberName("ask_always")] AskAlways,

    /// <summary>Before every call of a tool that is not on the list.</summary>
    [JsonStringEnumMemberName("allow_listed")] AllowListed,

    /// <summary>Never.</summary>
    [JsonStringEnumMemberName("allow_all")] AllowAll,
}

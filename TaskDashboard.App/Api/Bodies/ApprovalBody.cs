using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>An agent's approval policy, as bodies give it; what is absent stays.</summary>
internal sealed record ApprovalBody
{
    [Description("ask_by_risk (default), ask_always, allow_listed or allow_all.")]
    public string? Mode { get; init; }

    [Description("For ask_by_risk: the risks that are asked for, of read, write, execute and network. Default execute and network.")]
    public IReadOnlyList<string>? AskFor { get; init; }

    [Description("For allow_listed: names of the tools that need no approval.")]
    public IReadOnlyList<string>? AllowedTools { get; init; }

    [Description("How long a request waits for its answer, in seconds: 1 to 2,592,000; 0 for as long as it takes (default).")]
    public int? ExpiresAfterS { get; init; }

    [Description("What an approval is answered when its time is over: deny (default) or allow.")]
    public string? OnExpiry { get; init; }

    public ApprovalPolicy ApplyTo(ApprovalPolicy policy, FieldErrors errors) => policy with
    {
        Mode = Mode is null ? policy.Mode : EnumText.Read<ApprovalMode>("approval.mode", Mode, errors) ?? policy.Mode,
        AskFor = AskFor is null ? policy.AskFor : [.. AskFor.Select(risk => EnumText.Read<ToolRisk>("approval.ask_for", risk, errors)).OfType<ToolRisk>().Distinct()],
        AllowedTools = AllowedTools ?? policy.AllowedTools,
        ExpiresAfterS = ExpiresAfterS is null ? policy.ExpiresAfterS : Expiry(ExpiresAfterS.Value, errors),
        OnExpiry = OnExpiry is null ? policy.OnExpiry : Default(OnExpiry, errors),
    };

    private static int? Expiry(int seconds, FieldErrors errors)
    {
        if (seconds is < 0 or > ApprovalPolicy.MaxExpirySeconds) errors.Add("approval.expires_after_s", $"approval.expires_after_s has to be from 0 to {ApprovalPolicy.MaxExpirySeconds}.");
        return seconds == 0 ? null : seconds;
    }

    private static string Default(string answer, FieldErrors errors)
    {
        if (!RequestAnswers.ForApproval.Contains(answer)) errors.Add("approval.on_expiry", "approval.on_expiry has to be allow or deny.");
        return answer;
    }
}

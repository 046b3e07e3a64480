using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The rules of one caller: those about their own tasks, and those from the time when there was one person.</summary>
internal sealed class CallerApprovalRules(ApprovalRuleStore inner, ICallerSource source, AuditLog audit) : IApprovalRules
{
    public event Action? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<ApprovalRule> List() => source.Caller is { SeesAll: false } caller ? [.. inner.List().Where(rule => IsOf(caller, rule))] : inner.List();

    public Task<ApprovalRule> AddAsync(ApprovalRule rule, CancellationToken cancellationToken = default) =>
        inner.AddAsync(source.Caller is { SeesAll: false } caller ? rule with { PersonId = caller.UserId } : rule, cancellationToken);

    public async Task<bool> RemoveAsync(string ruleId, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (!caller.SeesAll && !inner.List().Any(rule => rule.RuleId == ruleId && IsOf(caller, rule))) return false;
        if (caller.Role < PersonRole.Member) throw RefusedException.ReadOnly("rule");
        var removed = await inner.RemoveAsync(ruleId, cancellationToken);
        if (removed) audit.Append(caller, AuditActions.RuleRevoked, ruleId);
        return removed;
    }

    private static bool IsOf(Caller caller, ApprovalRule rule) => (rule.PersonId ?? KnownUsers.Local) == caller.UserId;
}

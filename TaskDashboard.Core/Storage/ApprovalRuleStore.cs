using System.Text.Json;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the approval rules: all of them in memory, each as one JSON document in the store.</summary>
internal sealed class ApprovalRuleStore : IApprovalRules, IRulesInForce, IDisposable
{
    private readonly SemaphoreSlim changing = new(1);
    private readonly StoreWriter writer;
    private volatile IReadOnlyList<ApprovalRule> rules;

    public ApprovalRuleStore(Store store)
    {
        writer = store.Writer;
        using var context = store.Contexts.CreateDbContext();
        rules = [.. context.ApprovalRules.AsEnumerable()
            .Select(row => JsonSerializer.Deserialize(row.Definition, EventJson.Wire.ApprovalRule)!)
            .OrderByDescending(rule => rule.CreatedAt)];
    }

    public event Action? Changed;

    public IReadOnlyList<ApprovalRule> List() => rules;

    public async Task<ApprovalRule> AddAsync(ApprovalRule rule, CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (rules.FirstOrDefault(known => SaysTheSame(known, rule)) is { } same) return same;
            await writer.EnqueueAsync(batch =>
            {
                using var statement = new Statement(batch.Database, "INSERT INTO approval_rules (id, task_id, definition) VALUES (?, ?, ?)");
                return statement.Execute(rule.RuleId, rule.TaskId, JsonSerializer.Serialize(rule, EventJson.Wire.ApprovalRule));
            }, WritePatience.WhileSomebodyWaits);
            Set([rule, .. rules]);
            return rule;
        }
        finally
        {
            changing.Release();
        }
    }

    public async Task<bool> RemoveAsync(string ruleId, CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            var removed = await writer.EnqueueAsync(batch =>
            {
                using var statement = new Statement(batch.Database, "DELETE FROM approval_rules WHERE id = ?");
                return statement.Execute(ruleId) > 0;
            }, WritePatience.WhileSomebodyWaits);
            Set([.. rules.Where(rule => rule.RuleId != ruleId)]);
            return removed;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>The rules of a task go with it; its row in the store has taken them along already.</summary>
    public async Task ForgetTaskAsync(string taskId)
    {
        await changing.WaitAsync();
        try
        {
            if (rules.Any(rule => rule.TaskId == taskId)) Set([.. rules.Where(rule => rule.TaskId != taskId)]);
        }
        finally
        {
            changing.Release();
        }
    }

    public void Dispose() => changing.Dispose();

    private void Set(IReadOnlyList<ApprovalRule> changed)
    {
        rules = changed;
        if (Changed is { } listeners) ThreadPool.QueueUserWorkItem(_ => listeners());
    }

    private static bool SaysTheSame(ApprovalRule one, ApprovalRule other) =>
        one with { RuleId = other.RuleId, By = other.By, CreatedAt = other.CreatedAt } == other;
}

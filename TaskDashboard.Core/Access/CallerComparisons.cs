using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The comparisons of one caller: of each, the tasks that they see. To pick and to stop takes what it takes to speak to all of them.</summary>
internal sealed class CallerComparisons(ComparisonService inner, Store store, AttachmentStore attachments, ICallerSource source, ChatAccess access, PersonLimits limits, AuditLog audit) : IComparisons
{
    public async Task<CreatedComparison> CreateAsync(CreateComparison command, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.SeesAll) return Noted(await inner.CreateAsync(command, cancellationToken));
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        foreach (var edge in command.Order.DependsOn)
        {
            if (await store.Reader.FindAsync(edge.TaskId, cancellationToken) is not { } task || !access.MaySee(caller, task.Audience)) throw RefusedException.NotFound("task", edge.TaskId);
        }

        foreach (var id in command.Order.Attachments ?? [])
        {
            if (await attachments.FindAsync(id, cancellationToken) is { } file && (file.PersonId ?? KnownUsers.Local) != caller.UserId) throw AttachmentRefusal.Missing(id);
        }

        var key = command.Order.IdempotencyKey is { } chosen ? $"{caller.UserId}/{chosen}" : null;
        var isRepeat = key is not null && await new HistoryReader(store).FindKeyAsync(key, cancellationToken) is not null;
        using var room = isRepeat ? null : await limits.TakeRoomAsync(caller, caller.UserId, cancellationToken, command.Candidates.Count);
        for (var made = 0; !isRepeat && made < command.Candidates.Count; made++) limits.TakeCreation(caller);
        var order = command.Order with { UserId = caller.UserId, PersonId = caller.UserId, KeyId = caller.KeyId, IdempotencyKey = key };
        return Noted(await inner.CreateAsync(command with { Order = order }, cancellationToken));
    }

    public async Task<Comparison?> FindAsync(string comparisonId, CancellationToken cancellationToken = default)
    {
        if (await inner.FindAsync(comparisonId, cancellationToken) is not { } comparison) return null;
        List<AgentTask> seen = [.. comparison.Items.Where(task => access.MaySee(source.Caller, task.Audience))];
        return seen.Count == 0 ? null : comparison with { Items = seen };
    }

    public async Task<Comparison> PickAsync(string comparisonId, string taskId, bool stopsOthers, string by, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(comparisonId, cancellationToken);
        var picked = await inner.PickAsync(comparisonId, taskId, stopsOthers, source.Caller.Name, cancellationToken);
        audit.Append(source.Caller, AuditActions.TaskChanged, taskId);
        return picked;
    }

    public async Task<int> StopAsync(string comparisonId, string by, CancellationToken cancellationToken = default)
    {
        await RequireWriteAsync(comparisonId, cancellationToken);
        var stopped = await inner.StopAsync(comparisonId, source.Caller.Name, cancellationToken);
        audit.Append(source.Caller, AuditActions.TaskCancelled, comparisonId);
        return stopped;
    }

    private async Task RequireWriteAsync(string comparisonId, CancellationToken cancellationToken)
    {
        if (await FindAsync(comparisonId, cancellationToken) is null) throw RefusedException.NotFound("comparison", comparisonId);
        if (source.Caller.SeesAll) return;
        foreach (var task in (await inner.FindAsync(comparisonId, cancellationToken))?.Items ?? []) access.RequireWrite(source.Caller, task.Audience, "comparison", comparisonId);
    }

    private CreatedComparison Noted(CreatedComparison created)
    {
        if (created.Existing) return created;
        foreach (var task in created.Comparison.Items) audit.Append(source.Caller, AuditActions.TaskCreated, task.Id);
        return created;
    }
}

using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Comparisons;

/// <summary>Comparisons are nothing but what their tasks say of themselves: there is no row of one.</summary>
internal sealed class ComparisonService(Store store, TaskCreation creation, TaskStopping stopping, AttachmentStore attachments, OriginTable origins, IdSource ids, TimeProvider time) : IComparisons
{
    private readonly HistoryReader history = new(store);

    public async Task<CreatedComparison> CreateAsync(CreateComparison command, CancellationToken cancellationToken = default)
    {
        Check(command);
        var digest = TaskOrder.Digest(command with { Order = command.Order with { IdempotencyKey = null } });
        if (await FindEarlierAsync(command.Order.IdempotencyKey, digest, cancellationToken) is { } earlier) return earlier;
        var comparisonId = ids.NewComparison();
        var files = await attachments.ResolveAsync(command.Order.Attachments, null, cancellationToken) ?? [];
        var copies = new List<string>();
        try
        {
            var orders = new List<CreateTask>(command.Candidates.Count);
            foreach (var (position, candidate) in command.Candidates.Index())
            {
                // A file belongs to one task: the first gets those that were uploaded, the others their own.
                var own = position == 0 ? files : [.. (await attachments.CopyAsync(files, command.Order.PersonId, cancellationToken)).Values];
                if (position > 0) copies.AddRange(own.Select(file => file.Id));
                orders.Add(command.Order with
                {
                    AgentId = candidate.AgentId,
                    Model = candidate.Model,
                    Attachments = own.Count == 0 ? null : [.. own.Select(file => file.Id)],
                    AllowDuplicates = true,
                    IdempotencyKey = position == 0 ? command.Order.IdempotencyKey : null,
                    Beginning = new TaskBeginning(new TaskOrigin(OriginKind.Comparison) { ComparisonId = comparisonId, Position = position }) { Digest = digest },
                });
            }

            var made = await creation.CreateAllAsync(orders, cancellationToken);
            if (made[0].Existing)
            {
                await attachments.DiscardAsync(copies);
                return await FindEarlierAsync(command.Order.IdempotencyKey, digest, cancellationToken) ?? throw RefusedException.NotFound("comparison", made[0].Task.Origin?.ComparisonId ?? "");
            }

            return new CreatedComparison(new Comparison(comparisonId, [.. made.Select(one => one.Task)]), false);
        }
        catch
        {
            await attachments.DiscardAsync(copies);
            throw;
        }
    }

    public async Task<Comparison?> FindAsync(string comparisonId, CancellationToken cancellationToken = default)
    {
        var tasks = new List<AgentTask>();
        foreach (var taskId in await origins.ListAsync(comparisonId, cancellationToken))
        {
            if (await store.Reader.FindAsync(taskId, cancellationToken) is { Origin.ComparisonId: { } id } task && id == comparisonId) tasks.Add(task);
        }

        return tasks.Count == 0 ? null : new Comparison(comparisonId, [.. tasks.OrderBy(task => task.Origin!.Position)]);
    }

    public async Task<Comparison> PickAsync(string comparisonId, string taskId, bool stopsOthers, string by, CancellationToken cancellationToken = default)
    {
        var comparison = await RequireAsync(comparisonId, cancellationToken);
        if (comparison.Items.All(task => task.Id != taskId)) throw RefusedException.Validation("task_id", $"{taskId} is no task of this comparison. Nothing was changed.");

        // The others first: a crash in between leaves none picked, never two.
        foreach (var other in comparison.Items.Where(task => task.Id != taskId && task.Origin!.PickedAt is not null)) await MarkAsync(other.Id, null);
        await MarkAsync(taskId, time.GetUtcNow());
        if (stopsOthers)
        {
            foreach (var other in comparison.Items.Where(task => task.Id != taskId)) await StopAsync(other, by, cancellationToken);
        }

        return await RequireAsync(comparisonId, cancellationToken);
    }

    public async Task<int> StopAsync(string comparisonId, string by, CancellationToken cancellationToken = default)
    {
        var stopped = 0;
        foreach (var task in (await RequireAsync(comparisonId, cancellationToken)).Items) stopped += await StopAsync(task, by, cancellationToken);
        return stopped;
    }

    private async Task<int> StopAsync(AgentTask task, string by, CancellationToken cancellationToken)
    {
        if (task.Status.IsTerminal()) return 0;
        try
        {
            return (await stopping.CancelAsync(task.Id, CancelScope.Tree, by, cancellationToken)).CancelledCount;
        }
        catch (RefusedException refusal) when (refusal.Kind is RefusalKind.Conflict or RefusalKind.NotFound)
        {
            // It has come to its end meanwhile, or is gone.
            return 0;
        }
    }

    /// <summary>The title is told again with it: that is what lists and open pages hear.</summary>
    private async Task MarkAsync(string taskId, DateTimeOffset? at) => await store.Log.ForCaller.ChangeAsync(taskId, task => task.Origin is not { } origin ? null : new TaskChange
    {
        Log = [new LogEntry(new TitleData(task.Title))],
        Edit = row => row with { Origin = origin with { PickedAt = at is { } picked ? StoreTime.Truncate(picked) : null } },
    });

    private async Task<CreatedComparison?> FindEarlierAsync(string? key, string digest, CancellationToken cancellationToken)
    {
        if (key is null || await history.FindKeyAsync(key, cancellationToken) is not { } known) return null;
        if (known.Digest != digest) throw TaskCreation.KeyReused(known.TaskId);
        return await store.Reader.FindAsync(known.TaskId, cancellationToken) is { Origin.ComparisonId: { } id } ? new CreatedComparison(await RequireAsync(id, cancellationToken), true) : null;
    }

    private async Task<Comparison> RequireAsync(string comparisonId, CancellationToken cancellationToken) =>
        await FindAsync(comparisonId, cancellationToken) ?? throw RefusedException.NotFound("comparison", comparisonId);

    private static void Check(CreateComparison command)
    {
        if (command.Candidates.Count is < CreateComparison.Fewest or > CreateComparison.Most)
            throw RefusedException.Validation("candidates", $"candidates takes {CreateComparison.Fewest} to {CreateComparison.Most} agents or models, not {command.Candidates.Count}.");
        if (command.Order.ChatId is not null || command.Order.ParentTaskId is not null)
            throw RefusedException.Validation("chat_id", "Each task of a comparison has a chat of its own and stands below no other task: leave chat_id and parent_task_id away.");
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Forks;

/// <summary>
/// Which tasks were made out of which, and which belong to one comparison; in memory, because few are. What the process before left is read when somebody asks first.
/// Safe for threads.
/// </summary>
internal sealed class OriginTable(Lazy<Store> store) : ICommitListener, IDisposable
{
    /// <summary>By the task or the comparison that they come from; ids sort by their making.</summary>
    private readonly ConcurrentDictionary<string, ImmutableSortedSet<string>> made = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);
    private volatile bool isLoaded;

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (before is null && after?.Origin is { } origin) Add(origin, after.Id);
        else if (after is null && before?.Origin is { } gone) made.AddOrUpdate(gone.Source, [], (_, ids) => ids.Remove(before.Id));
    }

    /// <summary>The ids of what comes from a task or belongs to a comparison, in the order of their making. One that was deleted in this moment may still be among them.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string source, CancellationToken cancellationToken)
    {
        if (!isLoaded) await LoadAsync(cancellationToken);
        return made.GetValueOrDefault(source) ?? [];
    }

    public void Dispose() => turn.Dispose();

    private void Add(TaskOrigin origin, string taskId) =>
        made.AddOrUpdate(origin.Source, [taskId], (_, ids) => ids.Add(taskId));

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (isLoaded) return;
            await using var context = await store.Value.Contexts.CreateDbContextAsync(cancellationToken);
            var rows = await context.Tasks.Where(row => row.Settings != null && row.Settings.Contains("\"origin\":{"))
                .Select(row => new { row.Id, row.Settings })
                .ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                if (JsonSerializer.Deserialize(row.Settings!, EventJson.Wire.TaskSettings)?.Origin is { } origin) Add(origin, row.Id);
            }

            isLoaded = true;
        }
        finally
        {
            turn.Release();
        }
    }
}

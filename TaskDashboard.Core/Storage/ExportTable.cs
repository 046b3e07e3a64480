using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>What an export reads and no page does. Over pooled connections; what is small is read whole, what may be long is read in pages elsewhere.</summary>
internal sealed class ExportTable(Store store)
{
    /// <summary>An imported task as its export told it.</summary>
    public async Task<string?> FindDocumentAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await context.ImportedTasks.Where(row => row.Key == task.Key).Select(row => row.Document).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The runs of a task with their steps, in order.</summary>
    public async Task<IReadOnlyList<Run>> ListRunsAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var runs = await context.Runs.Where(row => row.TaskKey == task.Key && row.Attempt <= task.RunCount).OrderBy(row => row.Attempt).ToListAsync(cancellationToken);
        var steps = (await (from step in context.Steps join run in context.Runs on step.RunId equals run.Id where run.TaskKey == task.Key orderby step.Index, step.Id select step)
            .ToListAsync(cancellationToken)).ToLookup(step => step.RunId);
        return runs.ConvertAll(run => RowMapping.ToRun(run, task.Id) with { Steps = [.. steps[run.Id].Select(RowMapping.ToStep)] });
    }

    /// <summary>The questions and approvals of a task, open or not, in the order in which they were asked.</summary>
    public async Task<IReadOnlyList<TaskRequest>> ListRequestsAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Requests.Where(row => row.TaskKey == task.Key).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => RowMapping.ToRequest(row, task.Id));
    }

    /// <summary>The files of a task, in the order in which they came.</summary>
    public async Task<IReadOnlyList<Attachment>> ListAttachmentsAsync(string taskId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Attachments.Where(row => row.TaskId == taskId).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new Attachment(row.Id, row.Name, row.MediaType, row.Size, StoreTime.FromStore(row.CreatedAt)));
    }
}

using TaskDashboard.Core.Archives;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller may take out and bring in: the tasks that they see, and as a member exports of any.</summary>
internal sealed class CallerArchives(
    CallerTaskReader reader, TaskExport export, MarkdownExport markdown, TaskImport import, ICallerSource source, PersonLimits limits, AuditLog audit) : ITaskArchives
{
    public async Task<IReadOnlyList<AgentTask>> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        await reader.ListTreeAsync(taskId, cancellationToken) is { Count: > 0 } tree ? tree : throw RefusedException.NotFound("task", taskId);

    public Task WriteZipAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken)
    {
        audit.Append(source.Caller, AuditActions.TaskExported, tasks[0].Id);
        return export.WriteAsync(tasks[0], tasks, output, cancellationToken);
    }

    public Task WriteBundleAsync(IReadOnlyList<BundledArchive> archives, Stream output, CancellationToken cancellationToken)
    {
        foreach (var archive in archives) audit.Append(source.Caller, AuditActions.TaskExported, archive.Tasks[0].Id);
        return new ArchiveBundle(export).WriteAsync(archives, output, cancellationToken);
    }

    public Task WriteMarkdownAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken)
    {
        audit.Append(source.Caller, AuditActions.TaskExported, tasks[0].Id);
        return markdown.WriteAsync(tasks, output, cancellationToken);
    }

    public async Task<ImportReceipt> ImportAsync(Stream content, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        if (!caller.SeesAll) limits.TakeCreation(caller);
        var receipt = await import.ImportAsync(content, caller.UserId, cancellationToken);
        audit.Append(caller, AuditActions.TaskImported, receipt.Task.Id);
        return receipt;
    }
}

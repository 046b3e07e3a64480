using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Storage.Rows;

namespace TaskDashboard.Core.Storage;

/// <summary>The rows of attachments. Who takes one along is decided where the message is written; all the rest is here.</summary>
internal sealed class AttachmentTable(Store store)
{
    /// <summary>Tasks that have attachments.</summary>
    public IReadOnlyList<string> TaskIds()
    {
        using var context = store.Contexts.CreateDbContext();
        return [.. context.Attachments.Where(row => row.TaskId != null).Select(row => row.TaskId!).Distinct()];
    }

    public IReadOnlySet<string> Ids()
    {
        using var context = store.Contexts.CreateDbContext();
        return context.Attachments.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<Attachment>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Attachments.Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken);
        return rows.ConvertAll(ToAttachment);
    }

    public async Task<IReadOnlyList<string>> ListOfTaskAsync(string taskId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await context.Attachments.Where(row => row.TaskId == taskId).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>What came with the messages of a task that were read. A file that came twice stands where it came last.</summary>
    public async Task<IReadOnlyList<AttachedFile>> ListReadAsync(string taskId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var messages = await (
                from message in context.Messages
                join task in context.Tasks on message.TaskKey equals task.Key
                where task.Id == taskId && message.Attachments != null && message.State == (int)EntryState.Read
                orderby message.Seq
                select message.Attachments)
            .ToListAsync(cancellationToken);
        return [.. messages.SelectMany(json => RowMapping.ReadAttachments(json)!).Reverse().DistinctBy(file => file.Id).Reverse()];
    }

    /// <summary>Uploads from before that no message took along.</summary>
    public async Task<IReadOnlyList<string>> ListUnusedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var latest = StoreTime.ToStore(before);
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await context.Attachments.Where(row => row.TaskId == null && row.CreatedAt <= latest).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>All of them or none.</summary>
    public Task InsertAsync(IReadOnlyList<Attachment> attachments) => store.Writer.EnqueueAsync(batch =>
    {
        using var insert = Statement.Insert(batch.Database, "attachments", ["id", "name", "media_type", "size", "created_at", "person_id"]);
        foreach (var one in attachments) insert.Execute(one.Id, one.Name, one.MediaType, one.Size, StoreTime.ToStore(one.CreatedAt), one.PersonId);
        return attachments.Count;
    }, WritePatience.WhileSomebodyWaits);

    /// <summary>Removes those that no message took along in the meantime, and answers with them.</summary>
    public async Task<IReadOnlyList<string>> RemoveUnusedAsync(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0) return [];
        return await store.Writer.EnqueueAsync(batch =>
        {
            using var delete = new Statement(batch.Database, "DELETE FROM attachments WHERE id = ? AND task_id IS NULL");
            return ids.Where(id => delete.Execute(id) > 0).ToList();
        }, WritePatience.WhileSomebodyWaits);
    }

    private static Attachment ToAttachment(AttachmentRow row) =>
        new(row.Id, row.Name, row.MediaType, row.Size, StoreTime.FromStore(row.CreatedAt)) { TaskId = row.TaskId, PersonId = row.PersonId };
}

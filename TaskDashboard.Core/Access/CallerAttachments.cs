using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;

namespace TaskDashboard.Core.Access;

/// <summary>
/// The files of one caller: those that they uploaded, and those of messages of tasks that they may see. Of one caller; not safe for threads.
/// </summary>
public sealed class CallerAttachments
{
    private readonly AttachmentStore inner;
    private readonly CallerTaskReader reader;
    private readonly ICallerSource source;

    internal CallerAttachments(AttachmentStore inner, CallerTaskReader reader, ICallerSource source) => (this.inner, this.reader, this.source) = (inner, reader, source);

    /// <inheritdoc cref="AttachmentStore.BeginUpload"/>
    public AttachmentUpload BeginUpload() => inner.BeginUpload(source.Caller.UserId);

    /// <summary>The attachment, or null where there is none that this caller may see.</summary>
    public async Task<Attachment?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(id, cancellationToken) is { } found
        && (source.Caller.SeesAll || (found.TaskId is { } taskId ? await reader.FindAsync(taskId, cancellationToken) is not null : (found.PersonId ?? KnownUsers.Local) == source.Caller.UserId))
            ? found
            : null;

    /// <inheritdoc cref="AttachmentStore.TryOpen"/>
    public FileStream? TryOpen(Attachment attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return inner.TryOpen(attachment.Id);
    }

    /// <summary>Removes uploads that no message took along; those that one did, and those of others, stay.</summary>
    public async Task DiscardAsync(IReadOnlyList<string> unused)
    {
        var own = new List<string>();
        foreach (var id in unused ?? [])
        {
            if (await FindAsync(id) is not null) own.Add(id);
        }

        await inner.DiscardAsync(own);
    }
}

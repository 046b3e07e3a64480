using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Attachments;

/// <summary>
/// Keeps the files that people send along with messages. One that no message has taken along within a day is removed; one that a message took goes
/// with its task. Safe for threads.
/// </summary>
public sealed class AttachmentStore
{
    /// <summary>How long an upload waits for its message.</summary>
    public static readonly TimeSpan KeptUnused = TimeSpan.FromHours(24);

    private readonly AttachmentTable table;
    private readonly IdSource ids;
    private readonly TimeProvider time;

    /// <summary>
    /// Tasks that may have attachments. A start of a run asks for them, and for nearly all tasks the answer has to cost nothing: so it may say yes
    /// where there are none, and never no where there are some.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> tasks;

    internal AttachmentStore(Store store, IdSource ids, TimeProvider time, IOptions<AttachmentOptions> options, ILogger<AttachmentStore> logger)
    {
        this.ids = ids;
        this.time = time;
        Options = options.Value;
        Folder = new AttachmentFolder(store.Directory.Path, logger);
        table = new AttachmentTable(store);
        tasks = new ConcurrentDictionary<string, bool>(table.TaskIds().Select(taskId => KeyValuePair.Create(taskId, true)), StringComparer.Ordinal);
    }

    internal AttachmentFolder Folder { get; }

    internal AttachmentOptions Options { get; }

    internal DateTimeOffset Now => StoreTime.Truncate(time.GetUtcNow());

    /// <summary>Begins to take files in, for a person.</summary>
    public AttachmentUpload BeginUpload(string personId = KnownUsers.Local) => new(this, ids, personId);

    /// <summary>The attachment, or null.</summary>
    public async Task<Attachment?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await table.FindAsync([id], cancellationToken)).SingleOrDefault();

    /// <summary>Opens its content to be read; null when that is gone.</summary>
    public FileStream? TryOpen(string id) => Folder.TryOpen(id);

    /// <summary>Removes uploads that no message took along; those that one did stay.</summary>
    public async Task DiscardAsync(IReadOnlyList<string> unused)
    {
        if (unused.Count > 0) Folder.Remove(await table.RemoveUnusedAsync(unused));
    }

    internal Task InsertAsync(IReadOnlyList<Attachment> stored) => table.InsertAsync(stored);

    /// <summary>
    /// Copies files for another task, with ids and contents of their own: what becomes of the first ones is nothing to it. Like uploads they wait for the message
    /// that takes them along. A content that is gone stays gone.
    /// </summary>
    /// <returns>The copies by the ids of what they are copies of.</returns>
    /// <exception cref="RefusedException"><c>store_unavailable</c>; then there are none.</exception>
    internal async Task<IReadOnlyDictionary<string, AttachedFile>> CopyAsync(IEnumerable<AttachedFile> files, string? personId, CancellationToken cancellationToken)
    {
        var copies = new Dictionary<string, AttachedFile>(StringComparer.Ordinal);
        try
        {
            foreach (var file in files.DistinctBy(file => file.Id))
            {
                var copy = file with { Id = ids.NewAttachment() };
                copies.Add(file.Id, copy);
                await Folder.CopyAsync(file.Id, copy.Id, cancellationToken);
            }

            if (copies.Count > 0) await InsertAsync([.. copies.Values.Select(file => new Attachment(file.Id, file.Name, file.MediaType, file.Size, Now) { PersonId = personId })]);
            return copies;
        }
        catch (Exception failure)
        {
            Folder.Remove(copies.Values.Select(file => file.Id));
            if (failure is IOException or UnauthorizedAccessException) throw RefusedException.StoreUnavailable($"The attachments cannot be copied: {failure.Message}");
            throw;
        }
    }

    /// <summary>The files that a message is to take along, as it will tell them. Whether it may have them is decided when it is written.</summary>
    /// <param name="wanted">Their ids; null or empty for none.</param>
    /// <param name="taskId">The task that will have them, where it is there already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">One is not there, or they are too many.</exception>
    internal async Task<IReadOnlyList<AttachedFile>?> ResolveAsync(IReadOnlyList<string>? wanted, string? taskId, CancellationToken cancellationToken)
    {
        if (wanted is not { Count: > 0 }) return null;
        if (wanted.Count > Options.MaxPerMessage)
        {
            throw AttachmentRefusal.Of($"A message takes up to {Options.MaxPerMessage} attachments (TaskDashboard:Attachments:MaxPerMessage), not {wanted.Count}.");
        }

        if (wanted.Distinct(StringComparer.Ordinal).Count() != wanted.Count) throw AttachmentRefusal.Of("attachments names a file twice.");
        var found = (await table.FindAsync(wanted, cancellationToken)).ToDictionary(attachment => attachment.Id, StringComparer.Ordinal);
        var files = wanted.Select(id => found.TryGetValue(id, out var attachment) ? attachment.ToAttachedFile() : throw AttachmentRefusal.Missing(id)).ToList();
        if (taskId is not null) NoteTask(taskId);
        return files;
    }

    /// <summary>Why a message could not have the files, looked up behind the writer's no.</summary>
    internal async Task<RefusedException> ExplainAsync(IReadOnlyList<AttachedFile> files, CancellationToken cancellationToken)
    {
        var found = (await table.FindAsync([.. files.Select(file => file.Id)], cancellationToken)).ToDictionary(attachment => attachment.Id, StringComparer.Ordinal);
        var missing = files.FirstOrDefault(file => !found.ContainsKey(file.Id));
        return missing is null ? AttachmentRefusal.Taken(files.First(file => found[file.Id].TaskId is not null)) : AttachmentRefusal.Missing(missing.Id);
    }

    /// <summary>Call it before a task is given attachments.</summary>
    internal void NoteTask(string taskId) => tasks.TryAdd(taskId, true);

    /// <summary>The files of the messages that the task has read, in the order in which they came.</summary>
    internal async ValueTask<IReadOnlyList<AttachedFile>> ListReadAsync(string taskId, CancellationToken cancellationToken) =>
        tasks.ContainsKey(taskId) ? await table.ListReadAsync(taskId, cancellationToken) : [];

    /// <summary>Ids of everything that belongs to the task.</summary>
    internal async ValueTask<IReadOnlyList<string>> ListOfTaskAsync(string taskId, CancellationToken cancellationToken) =>
        tasks.ContainsKey(taskId) ? await table.ListOfTaskAsync(taskId, cancellationToken) : [];

    /// <summary>The task is gone, and its rows with it.</summary>
    internal void Forget(string taskId, IReadOnlyList<string> attachments)
    {
        tasks.TryRemove(taskId, out _);
        Folder.Remove(attachments);
    }

    /// <summary>Removes what no message took along in time. Answers with how many.</summary>
    internal async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var removed = await table.RemoveUnusedAsync(await table.ListUnusedAsync(Now - KeptUnused, cancellationToken));
        Folder.Remove(removed);
        return removed.Count;
    }

    /// <summary>Removes contents without a row. Only while nothing is uploaded: at the start.</summary>
    internal int Sweep() => Folder.Sweep(table.Ids());
}

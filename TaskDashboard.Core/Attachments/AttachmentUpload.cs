using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Attachments;

/// <summary>Files that come together and are stored together, or not at all. Disposing removes what was not stored. One request's; not safe for threads.</summary>
public sealed class AttachmentUpload : IDisposable
{
    private readonly AttachmentStore store;
    private readonly IdSource ids;
    private readonly string personId;
    private readonly List<IncomingFile> files = [];

    internal AttachmentUpload(AttachmentStore store, IdSource ids, string personId) => (this.store, this.ids, this.personId) = (store, ids, personId);

    /// <summary>How many files it has so far.</summary>
    public int Count => files.Count;

    /// <summary>Takes a file in, from its first byte to its last. It is on the disk then, and not stored yet.</summary>
    /// <param name="field">The field of the request that it comes in, for refusals.</param>
    /// <param name="name">What its owner calls it.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">It has no name, is empty, too large, one too many, or of a kind that is not taken.</exception>
    public async Task AddAsync(string field, string? name, Stream content, CancellationToken cancellationToken)
    {
        if (AttachmentName.Read(name, out var cleaned) is { } problem) throw RefusedException.Validation(field == "file" ? "name" : field, problem);
        if (files.Count >= store.Options.MaxPerMessage)
        {
            throw RefusedException.Validation(field, $"One upload takes up to {store.Options.MaxPerMessage} files (TaskDashboard:Attachments:MaxPerMessage). Nothing was stored.");
        }

        files.Add(await IncomingFile.ReceiveAsync(store.Folder, cleaned, content, field, store.Options.MaxBytes, cancellationToken));
    }

    /// <summary>Takes an image in that has no name of its own.</summary>
    /// <param name="field">The field of the request that it comes in, for refusals.</param>
    /// <param name="name">What it is called, without an end.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">It is no image, too large, or one too many.</exception>
    public async Task AddImageAsync(string field, string name, Stream content, CancellationToken cancellationToken)
    {
        await AddAsync(field, name, content, cancellationToken);
        var file = files[^1];
        if (!MediaTypes.IsImage(file.MediaType)) throw RefusedException.Validation(field, $"{field}.data is none of the images that are taken: PNG, JPEG, GIF and WebP.");
        file.Name += MediaTypes.Extension(file.MediaType);
    }

    /// <summary>Stores them. When it returns they are on disk, and may be sent along with a message within a day.</summary>
    /// <remarks>The contents come to stay before the rows that speak of them: a crash in between leaves files that the next start sweeps away.</remarks>
    public async Task<IReadOnlyList<Attachment>> StoreAsync()
    {
        var stored = new List<Attachment>(files.Count);
        try
        {
            foreach (var file in files)
            {
                var attachment = new Attachment(ids.NewAttachment(), file.Name, file.MediaType, file.Size, store.Now) { PersonId = personId };
                file.Keep(store.Folder.PathOf(attachment.Id));
                stored.Add(attachment);
            }

            await store.InsertAsync(stored);
            return stored;
        }
        catch
        {
            store.Folder.Remove(stored.Select(attachment => attachment.Id));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }
}

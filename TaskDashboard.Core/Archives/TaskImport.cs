using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Makes the tasks of an export again, to be read: all of them or none. Safe for threads.</summary>
internal sealed class TaskImport(Store store, AttachmentStore attachments, IdSource ids, TimeProvider time, IOptions<ImportOptions> options, ILogger<TaskImport> logger)
{
    /// <summary>How much the descriptions of all tasks may come to, in UTF-16 units: they are in memory together, and a file of blanks packs to nothing.</summary>
    private const long MostDescription = 64 << 20;

    private readonly ImportTable table = new(store);
    private readonly string folder = Path.Combine(store.Directory.Path, "imports");

    /// <param name="content">The archive; read to its end.</param>
    /// <param name="personId">Whose the tasks will be.</param>
    /// <param name="cancellationToken">Gives up; then nothing is stored.</param>
    /// <exception cref="RefusedException">It is no such archive, or not whole, or too large; or the disk does not take it. Nothing was stored.</exception>
    public async Task<ImportReceipt> ImportAsync(Stream content, string personId, CancellationToken cancellationToken)
    {
        await using var spooled = Spool();
        try
        {
            await ReceiveAsync(content, spooled, cancellationToken);
            using var file = await ImportFile.OpenAsync(spooled, options.Value.MaxBytes * ImportOptions.MaxGrowth, cancellationToken);
            return await StoreAsync(file, personId, cancellationToken);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw ImportRefusal.Of("A file of the archive is damaged or cut off.");
        }
    }

    /// <summary>A place for the archive, which goes when it is closed: a zip is read from its end.</summary>
    private FileStream Spool()
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(
                Path.Combine(folder, Path.GetRandomFileName() + ".part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw RefusedException.StoreUnavailable($"The archive cannot be written: {refused.Message}");
        }
    }

    /// <summary>Removes what a crash left of imports. Only at the start.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            foreach (var left in Directory.EnumerateFiles(folder, "*.part")) File.Delete(left);
        }

        if (await table.SweepAsync(cancellationToken) is > 0 and var swept) logger.LogInformation("{Count} imports had not come to their end, and were removed.", swept);
    }

    private async Task ReceiveAsync(Stream content, FileStream spooled, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (spooled.Position + read > options.Value.MaxBytes) throw ImportRefusal.TooLarge($"The archive is larger than {options.Value.MaxBytes:N0} bytes (TaskDashboard:Imports:MaxBytes).");
            try
            {
                await spooled.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException full)
            {
                throw RefusedException.StoreUnavailable($"The archive cannot be written: {full.Message}");
            }
        }

        spooled.Position = 0;
    }

    private async Task<ImportReceipt> StoreAsync(ImportFile file, string personId, CancellationToken cancellationToken)
    {
        var importId = ids.NewImport();
        var now = StoreTime.Truncate(time.GetUtcNow());
        var told = new List<(AgentTask, string)>();
        var left = Math.Min(MostDescription, options.Value.MaxBytes);
        foreach (var taskId in file.TaskIds)
        {
            var task = await ReadTaskAsync(file, taskId, cancellationToken);
            if ((left -= task.Document.Length) < 0) throw ImportRefusal.TooLarge("What the archive's tasks say of themselves is too long.");
            told.Add(task);
        }

        var plan = ImportPlan.Of(told, file.Manifest, importId, personId, store.Directory.WorkDirOf, now);
        var mapped = ImportedIds.Of(importId);
        var files = new List<Attachment>();
        var staging = new ImportStaging(file, table, mapped, now, cancellationToken);
        IReadOnlyList<AgentTask> shown;
        try
        {
            foreach (var task in plan) files.AddRange(await TakeFilesAsync(file, task, mapped, cancellationToken));
            var key = await table.BeginAsync(importId, plan.Count);
            var staged = new List<ImportedTask>(plan.Count);

            // Older ones have smaller numbers, as everywhere: the list goes by them.
            foreach (var task in plan.OrderBy(task => task.Told.CreatedAt).ThenBy(task => task.Told.Id, StringComparer.Ordinal)) staged.Add(await staging.AddAsync(task, key++));
            await staging.FlushAsync();
            foreach (var task in files.Select(one => one.TaskId!).Distinct(StringComparer.Ordinal)) attachments.NoteTask(task);
            shown = await table.CommitAsync(importId, staged, files);
        }
        catch (SqliteException clash) when (!StoreFault.IsPassing(clash))
        {
            await GiveUpAsync(importId, files);
            throw ImportRefusal.Of($"The archive contradicts itself: two things in it have the same id or place ({clash.Message}).");
        }
        catch
        {
            await GiveUpAsync(importId, files);
            throw;
        }

        // From here on the tasks are there, and what comes must not take them for an import that failed: it would remove their files.
        logger.LogInformation("{ImportId} brought {Tasks} tasks with {Events} events and {Files} files.", importId, shown.Count, staging.EventCount, files.Count);
        var rootId = mapped.Map(file.Manifest.RootTaskId);
        return new ImportReceipt(importId, shown.Single(task => task.Id == rootId), shown.Count, staging.EventCount, files.Count, file.Manifest.ContentHash);
    }

    /// <summary>What cannot be removed now is removed by the next start.</summary>
    private async Task GiveUpAsync(string importId, List<Attachment> files)
    {
        attachments.Folder.Remove(files.Select(file => file.Id));
        try
        {
            await table.RemoveAsync(importId);
        }
        catch (Exception exception) when (exception is RefusedException or SqliteException)
        {
            logger.LogWarning(exception, "What {ImportId} had written so far could not be removed; nobody sees it, and the next start removes it.", importId);
        }
    }

    private static Task<(AgentTask Task, string Document)> ReadTaskAsync(ImportFile file, string taskId, CancellationToken cancellationToken)
    {
        var path = ArchiveFormat.InTask(taskId, ArchiveFormat.TaskDocument);
        return file.ReadAsync(path, async lines =>
        {
            var (task, document) = await lines.ReadTextAsync(EventJson.Strict.AgentTask, cancellationToken);
            return task.Id == taskId ? (task, document) : throw ImportRefusal.In(path, "is the document of another task");
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<Attachment>> TakeFilesAsync(ImportFile file, ImportedTask task, ImportedIds mapped, CancellationToken cancellationToken)
    {
        var path = ArchiveFormat.InTask(task.Told.Id, ArchiveFormat.Attachments);
        var lines = await file.ReadAsync(path, async reader =>
        {
            var all = new List<AttachmentLine>();
            while (await reader.ReadAsync(EventJson.Strict.AttachmentLine, cancellationToken) is { } line)
            {
                if (!ImportedIds.IsId(line.Id, "att") || AttachmentName.Read(line.Name, out var name) is not null || name != line.Name) throw ImportRefusal.InLine(path, reader.Number, "it lacks its id or its name");
                all.Add(line);
            }

            return all;
        }, cancellationToken);

        var taken = new List<Attachment>(lines.Count);
        try
        {
            foreach (var line in lines)
            {
                var attachment = new Attachment(mapped.Map(line.Id), line.Name, line.MediaType, line.Size, line.CreatedAt) { TaskId = task.Row.Id, PersonId = task.Row.PersonId };
                if (line.Sha256 is { } digest) await TakeFileAsync(file, attachment, digest, path, cancellationToken);
                taken.Add(attachment);
            }

            return taken;
        }
        catch
        {
            attachments.Folder.Remove(taken.Select(one => one.Id));
            throw;
        }
    }

    /// <summary>Looked at as an upload is: whatever an archive claims, nothing else comes in than by the front door.</summary>
    private async Task TakeFileAsync(ImportFile file, Attachment attachment, string digest, string path, CancellationToken cancellationToken)
    {
        await using var content = await file.OpenAsync(ArchiveFormat.Content(digest), cancellationToken);
        using var incoming = await IncomingFile.ReceiveAsync(attachments.Folder, attachment.Name, content, "file", attachment.Size, cancellationToken);
        if (incoming.MediaType != attachment.MediaType || incoming.Size != attachment.Size) throw ImportRefusal.In(path, $"says of {attachment.Name} what its content does not hold to");
        incoming.Keep(attachments.Folder.PathOf(attachment.Id));
    }
}

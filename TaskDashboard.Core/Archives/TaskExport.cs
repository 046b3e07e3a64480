using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Writes tasks into a zip (<see cref="ArchiveFormat"/>), as they stand when it begins; a page of a log at a time is in memory. Safe for threads.</summary>
/// <remarks>A key of this server's is taken out once more, though the log has none: a person may have typed it.</remarks>
internal sealed class TaskExport(Store store, AttachmentStore attachments, SecretRedaction redaction, TimeProvider time)
{
    private const int PageSize = 200;

    private readonly ExportTable table = new(store);

    /// <summary>What writes the archives of this program.</summary>
    public static string Program { get; } =
        $"TaskDashboard {typeof(TaskExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <param name="root">The task that was asked for.</param>
    /// <param name="tasks">That one and those that go along.</param>
    /// <param name="output">Takes the zip; is left open.</param>
    /// <param name="cancellationToken">Gives up; what was written until then is no archive.</param>
    public async Task WriteAsync(AgentTask root, IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken)
    {
        var exported = new List<ExportedTask>(tasks.Count);
        foreach (var task in tasks) exported.Add(await ExportedTask.LoadAsync(task, table, cancellationToken));
        await using var archive = ArchiveWriter.Begin(output);
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in exported.OrderBy(task => task.Told.Id, StringComparer.Ordinal)) await WriteTaskAsync(archive, task, contents, cancellationToken);
        foreach (var (digest, attachmentId) in contents)
        {
            await using var content = attachments.TryOpen(attachmentId) ?? throw new IOException($"The content of {attachmentId} went away while it was exported.");
            await archive.AddAsync(ArchiveFormat.Content(digest), stream => content.CopyToAsync(stream, cancellationToken), cancellationToken);
        }

        var manifest = new ArchiveManifest
        {
            Format = ArchiveFormat.Name,
            Version = ArchiveFormat.Version,
            ExportedBy = Program,
            Server = Environment.MachineName,
            ExportedAt = StoreTime.Truncate(time.GetUtcNow()),
            RootTaskId = exported.Single(task => task.Row.Id == root.Id).Told.Id,
            ContentHash = ArchiveFormat.ContentHash(archive.Files),
            Files = archive.Files,
        };
        await archive.EndAsync(JsonSerializer.SerializeToUtf8Bytes(manifest, EventJson.Wire.ArchiveManifest), cancellationToken);
    }

    private async Task WriteTaskAsync(ArchiveWriter archive, ExportedTask task, SortedDictionary<string, string> contents, CancellationToken cancellationToken)
    {
        await AddAsync(ArchiveFormat.Attachments, lines => WriteAttachmentsAsync(task, lines, contents, cancellationToken));
        await AddAsync(ArchiveFormat.Events, lines => WriteEventsAsync(task, lines, cancellationToken));
        await AddAsync(ArchiveFormat.Messages, lines => WriteMessagesAsync(task, lines, cancellationToken));
        await AddAsync(ArchiveFormat.Requests, async lines =>
        {
            foreach (var request in await table.ListRequestsAsync(task.Row, cancellationToken)) await lines.WriteAsync(task.ToLine(request), EventJson.Wire.TaskRequest);
        });
        await AddAsync(ArchiveFormat.Runs, async lines =>
        {
            foreach (var run in await table.ListRunsAsync(task.Row, cancellationToken)) await lines.WriteAsync(task.ToLine(run), EventJson.Wire.Run);
        });
        await AddAsync(ArchiveFormat.TaskDocument, lines => lines.WriteAsync(task.Document));

        Task AddAsync(string file, Func<LineWriter, Task> write) =>
            archive.AddAsync(ArchiveFormat.InTask(task.Told.Id, file), stream => write(new LineWriter(stream, redaction, cancellationToken)), cancellationToken);
    }

    private async Task WriteEventsAsync(ExportedTask task, LineWriter lines, CancellationToken cancellationToken)
    {
        for (var after = 0L; after < task.Told.LastSeq;)
        {
            var page = await store.Reader.ListEventsAsync(task.Row.Id, after, PageSize, cancellationToken);
            if (page.Count == 0) throw RefusedException.NotFound("task", task.Row.Id); // Deleted meanwhile.
            foreach (var told in page.TakeWhile(told => told.Seq <= task.Told.LastSeq)) await lines.WriteAsync(task.ToLine(told), EventJson.Wire.EventLine);
            after = page[^1].Seq;
        }
    }

    private async Task WriteMessagesAsync(ExportedTask task, LineWriter lines, CancellationToken cancellationToken)
    {
        for (var after = 0L; after < task.Told.LastSeq;)
        {
            var page = await store.Reader.ListMessagesAsync(task.Row.Id, after, PageSize, cancellationToken);
            foreach (var entry in page.TakeWhile(entry => entry.Seq <= task.Told.LastSeq)) await lines.WriteAsync(MessageLine.Of(entry, task.Ids), EventJson.Wire.MessageLine);
            if (page.Count < PageSize) return;
            after = page[^1].Seq;
        }
    }

    private async Task WriteAttachmentsAsync(ExportedTask task, LineWriter lines, SortedDictionary<string, string> contents, CancellationToken cancellationToken)
    {
        foreach (var file in (await table.ListAttachmentsAsync(task.Row.Id, cancellationToken)).OrderBy(file => task.Ids.Map(file.Id), StringComparer.Ordinal))
        {
            string? digest = null;
            await using (var content = attachments.TryOpen(file.Id))
            {
                if (content is not null) digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            }

            if (digest is not null) contents[digest] = file.Id;
            await lines.WriteAsync(new AttachmentLine(task.Ids.Map(file.Id), file.Name, file.MediaType, file.Size, file.CreatedAt, digest), EventJson.Wire.AttachmentLine);
        }
    }

    /// <summary>Writes one JSON text a line, without this server's keys.</summary>
    private sealed class LineWriter(Stream output, SecretRedaction redaction, CancellationToken cancellationToken)
    {
        public Task WriteAsync<TLine>(TLine line, JsonTypeInfo<TLine> type) => WriteAsync(JsonSerializer.Serialize(line, type));

        public async Task WriteAsync(string json) => await output.WriteAsync(Encoding.UTF8.GetBytes(redaction.RedactJson(json) + "\n"), cancellationToken);
    }
}

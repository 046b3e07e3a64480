using System.IO.Compression;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>One file of a bundle: a task with what goes along, and what the file is called.</summary>
/// <param name="FileName">Without a folder; another one for each.</param>
/// <param name="Tasks">What <see cref="ITaskArchives.FindAsync"/> gave.</param>
public sealed record BundledArchive(string FileName, IReadOnlyList<AgentTask> Tasks);

/// <summary>Writes several archives into one zip, each as a file that can be imported by itself; a piece at a time.</summary>
internal sealed class ArchiveBundle(TaskExport export)
{
    public async Task WriteAsync(IReadOnlyList<BundledArchive> archives, Stream output, CancellationToken cancellationToken)
    {
        await using var through = new AsyncOutput(output);
        var zip = new ZipArchive(through, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var archive in archives)
        {
            // It is packed already.
            var entry = zip.CreateEntry(archive.FileName, CompressionLevel.NoCompression);
            entry.LastWriteTime = ArchiveFormat.EntryTime;
            await using (var content = await entry.OpenAsync(cancellationToken)) await export.WriteAsync(archive.Tasks[0], archive.Tasks, content, cancellationToken);
            await through.FlushAsync(cancellationToken);
        }

        await zip.DisposeAsync();
        await through.FlushAsync(cancellationToken);
    }
}

using System.IO.Compression;

namespace TaskDashboard.Core.Archives;

/// <summary>Writes a zip from its first byte to its last, and notes of each file what the manifest says of it. One at a time; nothing is held whole.</summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    private readonly ZipArchive zip;
    private readonly AsyncOutput output;
    private readonly List<ArchiveFile> files = [];
    private bool ended;

    private ArchiveWriter(ZipArchive zip, AsyncOutput output) => (this.zip, this.output) = (zip, output);

    /// <summary>What was added so far.</summary>
    public IReadOnlyList<ArchiveFile> Files => [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <param name="output">Takes the zip; is left open.</param>
    public static ArchiveWriter Begin(Stream output)
    {
        var through = new AsyncOutput(output);
        return new ArchiveWriter(new ZipArchive(through, ZipArchiveMode.Create, leaveOpen: true), through);
    }

    public async Task AddAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken, CompressionLevel level = CompressionLevel.Optimal)
    {
        var entry = zip.CreateEntry(path, level);
        entry.LastWriteTime = ArchiveFormat.EntryTime;
        await using (var content = await entry.OpenAsync(cancellationToken))
        await using (var digest = new DigestStream(content))
        {
            await write(digest);
            files.Add(new ArchiveFile(path, digest.Length, digest.Sha256));
        }

        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Writes the file that speaks of the others, behind them, where alone what it says is known; and the directory of the zip.</summary>
    public async Task EndAsync(ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        var entry = zip.CreateEntry(ArchiveFormat.Manifest, CompressionLevel.Optimal);
        entry.LastWriteTime = ArchiveFormat.EntryTime;
        await using (var content = await entry.OpenAsync(cancellationToken)) await content.WriteAsync(manifest, cancellationToken);
        ended = true;
        await zip.DisposeAsync();
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>One that did not come to its end stays without one: nobody takes it for an archive.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!ended) await zip.DisposeAsync();
        await output.DisposeAsync();
    }
}

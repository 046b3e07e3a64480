using System.IO.Compression;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>
/// An archive that lies on the disk, and is what it says: every file of it is named by its manifest, has the size and the digest that stand there, and may be called
/// as it is. Nothing of it is unpacked to the disk. For one reader.
/// </summary>
internal sealed class ImportFile : IDisposable
{
    private const int MostEntries = 100_000;
    private const int LargestManifest = 64 << 20;

    /// <summary>What an ordinary text comes to when it is packed, and far more; what is packed more tightly was made to fill a disk.</summary>
    private const int MostRatio = 400;
    private const long NoRatioBelow = 8 << 20;

    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    private ImportFile(ZipArchive zip, ArchiveManifest manifest)
    {
        this.zip = zip;
        Manifest = manifest;
    }

    public ArchiveManifest Manifest { get; }

    /// <summary>The ids of the tasks that it holds, as they were where it was made.</summary>
    public IReadOnlyList<string> TaskIds => [.. entries.Keys.Where(path => path.EndsWith($"/{ArchiveFormat.TaskDocument}", StringComparison.Ordinal)).Select(path => path.Split('/')[1]).Order(StringComparer.Ordinal)];

    /// <param name="content">The archive; goes with this object.</param>
    /// <param name="mostUnpacked">How many bytes it may come to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">It is not one, or not whole, or was made to do harm.</exception>
    public static async Task<ImportFile> OpenAsync(Stream content, long mostUnpacked, CancellationToken cancellationToken)
    {
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(content, ZipArchiveMode.Read);
            if (zip.Entries.Count > MostEntries) throw ImportRefusal.TooLarge($"The archive has more than {MostEntries:N0} files.");
            var file = new ImportFile(zip, await ReadManifestAsync(zip, cancellationToken));
            await file.CheckAsync(mostUnpacked, cancellationToken);
            return file;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            zip?.Dispose();
            throw ImportRefusal.Of("The file is not a zip archive, or is damaged or cut off.");
        }
        catch
        {
            zip?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file of a task.</summary>
    public async Task<TResult> ReadAsync<TResult>(string path, Func<LineReader, Task<TResult>> read, CancellationToken cancellationToken)
    {
        await using var stream = await OpenAsync(path, cancellationToken);
        return await read(new LineReader(path, stream));
    }

    /// <summary>The content of a file that is there.</summary>
    /// <exception cref="RefusedException">It is not.</exception>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        entries.TryGetValue(path, out var entry) ? await entry.OpenAsync(cancellationToken) : throw ImportRefusal.In(path, "is missing");

    public void Dispose() => zip.Dispose();

    private static async Task<ArchiveManifest> ReadManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        const string Path = ArchiveFormat.Manifest;
        var entry = zip.GetEntry(Path) ?? throw ImportRefusal.Of($"The archive has no {Path}: it is not an export of a task.");
        if (entry.Length > LargestManifest) throw ImportRefusal.In(Path, "is too large");
        await using var stream = await entry.OpenAsync(cancellationToken);
        await using var bounded = new DigestStream(stream, LargestManifest);
        ArchiveManifest manifest;
        try
        {
            manifest = await JsonSerializer.DeserializeAsync(bounded, EventJson.Strict.ArchiveManifest, cancellationToken) ?? throw new JsonException("it is null");
        }
        catch (JsonException malformed)
        {
            throw ImportRefusal.In(Path, $"cannot be read ({malformed.Message.TrimEnd('.')})");
        }

        if (manifest.Format != ArchiveFormat.Name) throw ImportRefusal.Of($"The archive is no export of a task: {Path} says that it is \"{manifest.Format}\", and {ArchiveFormat.Name} is taken.");
        if (manifest.Version is < 1 or > ArchiveFormat.Version)
        {
            throw ImportRefusal.Of($"The archive has layout {manifest.Version}, and this program reads layouts up to {ArchiveFormat.Version}: import it with the version that made it ({manifest.ExportedBy}), or a newer one.");
        }

        return manifest;
    }

    private async Task CheckAsync(long mostUnpacked, CancellationToken cancellationToken)
    {
        var unpacked = 0L;
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName == ArchiveFormat.Manifest) continue;
            if (!ArchiveFormat.IsPath(entry.FullName)) throw ImportRefusal.Of($"The archive holds \"{Shown(entry.FullName)}\", which is no file of an export.");
            if (!entries.TryAdd(entry.FullName, entry)) throw ImportRefusal.In(entry.FullName, "stands there twice");
            if (entry.Length > NoRatioBelow && entry.Length / Math.Max(1, entry.CompressedLength) > MostRatio) throw ImportRefusal.In(entry.FullName, $"grows to more than {MostRatio} times its size when it is unpacked");
            unpacked += entry.Length;
            if (unpacked > mostUnpacked) throw ImportRefusal.TooLarge($"Unpacked the archive is larger than {mostUnpacked:N0} bytes (TaskDashboard:Imports:MaxBytes, eight times).");
        }

        foreach (var file in Manifest.Files)
        {
            if (!entries.ContainsKey(file.Path)) throw ImportRefusal.In(Shown(file.Path), "is missing, though the manifest names it");
        }

        var told = Manifest.Files.DistinctBy(file => file.Path).ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var (path, entry) in entries)
        {
            if (!told.TryGetValue(path, out var file)) throw ImportRefusal.In(path, "is not named by the manifest");
            await CheckAsync(entry, file, cancellationToken);
        }

        if (ArchiveFormat.ContentHash(told.Values) != Manifest.ContentHash) throw ImportRefusal.In(ArchiveFormat.Manifest, "has a content hash that is not that of its files");
    }

    /// <summary>What the directory of a zip says of a size is a claim: it is counted again.</summary>
    private static async Task CheckAsync(ZipArchiveEntry entry, ArchiveFile told, CancellationToken cancellationToken)
    {
        if (entry.Length != told.Size) throw ImportRefusal.In(entry.FullName, "has another size than the manifest says");
        await using var content = await entry.OpenAsync(cancellationToken);
        await using var digest = new DigestStream(content, told.Size);
        await digest.CopyToAsync(Stream.Null, cancellationToken);
        if (digest.Length != told.Size || digest.Sha256 != told.Sha256) throw ImportRefusal.In(entry.FullName, "has another content than the manifest says: it was changed or damaged");
    }

    private static string Shown(string path) => string.Concat(path.Take(120).Select(character => char.IsControl(character) ? '?' : character));
}

using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Backups;

/// <summary>
/// Makes backups while everything goes on, each one file: the database as of one moment, the attachments, and the keys of the sessions. What is there is what lies in
/// the folder; no row tells of it, for a row would go with what is restored. Safe for threads.
/// </summary>
/// <remarks>The copy of the database is SQLite's own (<c>VACUUM INTO</c>): it reads one moment, and neither waits for the writer nor holds it up.</remarks>
internal sealed partial class BackupStore(Store store, IdSource ids, TimeProvider time, ILogger<BackupStore> logger)
{
    private const string Unfinished = ".part";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    private readonly string folder = Path.Combine(store.Directory.Path, "backups");
    private int busy;

    /// <summary>What is there has changed. On the thread that changed it: must be quick.</summary>
    public event Action? Changed;

    /// <summary>Whether one is being made.</summary>
    public bool IsBusy => Volatile.Read(ref busy) != 0;

    /// <summary>What is there, the newest first.</summary>
    public IReadOnlyList<Backup> List() => !Directory.Exists(folder)
        ? []
        : [.. new DirectoryInfo(folder).EnumerateFiles("*.zip").Select(Read).OfType<Backup>().OrderByDescending(backup => backup.Id, StringComparer.Ordinal)];

    /// <summary>Makes one. When it completes it is on disk, whole.</summary>
    /// <exception cref="RefusedException"><c>backup_running</c>; or the disk does not take it, and nothing is left of it.</exception>
    public async Task<Backup> CreateAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0) throw RefusedException.Conflict("backup_running", "A backup is being made already. Wait for it to end.");
        try
        {
            Changed?.Invoke();
            return await WriteAsync(ids.NewBackup(), StoreTime.Truncate(time.GetUtcNow()), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException || StoreFault.IsPassing(failure))
        {
            logger.LogError(failure, "A backup could not be made; nothing is left of it.");
            throw RefusedException.StoreUnavailable($"The backup could not be made: {StoreFault.Explain(failure) ?? failure.Message}");
        }
        finally
        {
            Volatile.Write(ref busy, 0);
            Changed?.Invoke();
        }
    }

    /// <summary>Opens one to be read; null when there is none.</summary>
    public (Backup Backup, FileStream Content)? TryOpen(string id)
    {
        if (List().FirstOrDefault(backup => backup.Id == id) is not { } found) return null;
        try
        {
            return (found, new FileStream(Path.Combine(folder, found.FileName), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>False when there is none.</summary>
    public bool Remove(string id)
    {
        if (List().FirstOrDefault(backup => backup.Id == id) is not { } found) return false;
        File.Delete(Path.Combine(folder, found.FileName));
        Changed?.Invoke();
        return true;
    }

    /// <summary>Removes what a crash left of backups. Only while none is made: at the start.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var left in Directory.EnumerateFiles(folder, "*" + Unfinished)) File.Delete(left);
    }

    private async Task<Backup> WriteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var name = $"taskdashboard-{now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{id}.zip";
        var (whole, archive, database) = (Path.Combine(folder, name), Path.Combine(folder, name + Unfinished), Path.Combine(folder, id + ".db" + Unfinished));
        try
        {
            await Task.Run(() => CopyDatabase(database), cancellationToken);
            await using (var output = Create(archive))
            {
                await WriteAsync(output, id, now, database, cancellationToken);
                output.Flush(flushToDisk: true);
            }

            File.Move(archive, whole);
            logger.LogInformation("The backup {File} was made.", name);
            return Read(new FileInfo(whole))!;
        }
        finally
        {
            File.Delete(database);
            File.Delete(archive);
        }
    }

    private async Task WriteAsync(Stream output, string id, DateTimeOffset now, string database, CancellationToken cancellationToken)
    {
        await using var archive = ArchiveWriter.Begin(output);

        // After the database: every file that it speaks of was there before it.
        foreach (var (path, file) in FilesOf("attachments").Concat(FilesOf("keys"))) await AddAsync(path, file, CompressionLevel.Fastest);
        await AddAsync(BackupManifest.Database, database, CompressionLevel.Fastest);
        var manifest = new BackupManifest
        {
            Format = BackupManifest.FormatName,
            Version = BackupManifest.LatestVersion,
            Id = id,
            CreatedAt = now,
            CreatedBy = TaskExport.Program,
            Server = Environment.MachineName,
            Files = archive.Files,
        };
        await archive.EndAsync(JsonSerializer.SerializeToUtf8Bytes(manifest, EventJson.Wire.BackupManifest), cancellationToken);

        async Task AddAsync(string path, string file, CompressionLevel level)
        {
            FileStream content;
            try
            {
                content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (FileNotFoundException)
            {
                return; // Deleted with its task since.
            }

            await using (content) await archive.AddAsync(path, stream => content.CopyToAsync(stream, cancellationToken), cancellationToken, level);
        }
    }

    private IEnumerable<(string Path, string File)> FilesOf(string kind)
    {
        var directory = Path.Combine(store.Directory.Path, kind);
        return !Directory.Exists(directory)
            ? []
            : Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).Select(file => ($"{kind}/{Path.GetFileName(file)}", file)).Where(file => BackupRestore.IsPath(file.Item1));
    }

    private void CopyDatabase(string target)
    {
        using var context = store.Contexts.CreateDbContext();
        context.Database.OpenConnection();
        using var copy = ((SqliteConnection)context.Database.GetDbConnection()).CreateCommand();
        copy.CommandText = "VACUUM INTO $target";
        copy.Parameters.AddWithValue("$target", target);
        copy.ExecuteNonQuery();
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static Backup? Read(FileInfo file) => FileName().Match(file.Name) is { Success: true } match
        && DateTimeOffset.TryParseExact(match.Groups["time"].Value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new Backup(match.Groups["id"].Value, at, file.Length, file.Name)
            : null;

    [GeneratedRegex(@"\Ataskdashboard-(?<time>\d{8}T\d{6}Z)-(?<id>backup_[0-9a-f]{32})\.zip\z")]
    private static partial Regex FileName();
}

using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Backups;

/// <summary>Puts a backup in the place of a data directory, while no server is on it.</summary>
/// <remarks>
/// It is unpacked and checked beside the directory first. Then the present directory is moved aside, and the new one takes its place: two renames, so that whenever it is
/// cut off, what was there is whole under one name or the other, and it can be done again.
/// </remarks>
public static partial class BackupRestore
{
    /// <param name="file">The backup.</param>
    /// <param name="dataDirectory">Where it is to be; an absolute path.</param>
    /// <param name="time">Names what is moved aside.</param>
    /// <param name="cancellationToken">Gives up, before anything is moved.</param>
    /// <returns>What was done, in words for whoever started it.</returns>
    /// <exception cref="RestoreException">It cannot be done; nothing was changed. The message says why and what to do.</exception>
    /// <exception cref="DataDirectoryException">A server is on the directory, or it cannot be used.</exception>
    public static async Task<string> RunAsync(string file, string dataDirectory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataDirectory);
        ArgumentNullException.ThrowIfNull(time);
        dataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        var unpacked = $"{dataDirectory}.restoring-{Stamp(time)}";
        string? aside = null;
        DataDirectory? held = null;
        try
        {
            var isThere = Directory.Exists(dataDirectory) && Directory.EnumerateFileSystemEntries(dataDirectory).Any();

            // Whoever holds the lock is at work there; it is kept until the directory moves, so that no server starts in it while the backup is unpacked.
            if (isThere) held = DataDirectory.Open(dataDirectory);
            if (Directory.Exists(unpacked)) throw new RestoreException($"{unpacked} is there already. Move it away, or try again in a second. Nothing was changed.");
            var manifest = await UnpackAsync(file, unpacked, cancellationToken);
            CheckDatabase(Path.Combine(unpacked, BackupManifest.Database), manifest);
            aside = $"{dataDirectory}.before-restore-{Stamp(time)}";
            if (Directory.Exists(aside)) throw new RestoreException($"{aside} is there already. Move it away, or try again in a second. Nothing was changed.");

            // An open file would hold the move up on Windows.
            if (OperatingSystem.IsWindows()) held?.Dispose();
            if (isThere) Directory.Move(dataDirectory, aside);
            else if (Directory.Exists(dataDirectory)) Directory.Delete(dataDirectory);
            Directory.Move(unpacked, dataDirectory);
            var done = string.Create(
                CultureInfo.InvariantCulture, $"Restored {dataDirectory} from {file}: the backup {manifest.Id} of {manifest.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, made on {manifest.Server}, {manifest.Files.Count} files.");
            return isThere ? $"{done} What was there before is in {aside}." : done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var left = aside is not null && Directory.Exists(aside) && !Directory.Exists(dataDirectory) ? $" What was there before is in {aside}: move it back, or try again." : " Nothing was changed.";
            throw new RestoreException($"The backup could not be restored: {failure.Message}{left}", failure);
        }
        finally
        {
            held?.Dispose();
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        }
    }

    private static string Stamp(TimeProvider time) => time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether a file of a backup may be called so. No name that is read from one leads anywhere else.</summary>
    internal static bool IsPath(string path) => Paths().IsMatch(path);

    private static async Task<BackupManifest> UnpackAsync(string file, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new RestoreException($"There is no file {file}. Nothing was changed.");
        try
        {
            await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var zip = new ZipArchive(content, ZipArchiveMode.Read);
            var manifest = await ReadManifestAsync(zip, file, cancellationToken);
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(target);
            else Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var told in manifest.Files)
            {
                if (!IsPath(told.Path)) throw Damaged(file, $"it names \"{told.Path}\", which is no file of a backup");
                var entry = zip.GetEntry(told.Path) ?? throw Damaged(file, $"{told.Path} is missing");
                await UnpackAsync(entry, told, Path.Combine(target, told.Path.Replace('/', Path.DirectorySeparatorChar)), file, cancellationToken);
            }

            return File.Exists(Path.Combine(target, BackupManifest.Database)) ? manifest : throw Damaged(file, "it has no database");
        }
        catch (InvalidDataException broken)
        {
            throw new RestoreException($"{file} is not a backup, or is damaged: {broken.Message} Nothing was changed.", broken);
        }
    }

    private static async Task UnpackAsync(ZipArchiveEntry entry, ArchiveFile told, string target, string file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var output = new FileStream(target, options);
        await using var content = await entry.OpenAsync(cancellationToken);
        await using var digest = new DigestStream(content, told.Size);
        await digest.CopyToAsync(output, cancellationToken);
        output.Flush(flushToDisk: true);
        if (digest.Length != told.Size || digest.Sha256 != told.Sha256) throw Damaged(file, $"{told.Path} has another content than its manifest says");
    }

    private static async Task<BackupManifest> ReadManifestAsync(ZipArchive zip, string file, CancellationToken cancellationToken)
    {
        var entry = zip.GetEntry(ArchiveFormat.Manifest) ?? throw Damaged(file, $"it has no {ArchiveFormat.Manifest}");
        try
        {
            await using var content = await entry.OpenAsync(cancellationToken);
            var manifest = await JsonSerializer.DeserializeAsync(content, EventJson.Strict.BackupManifest, cancellationToken) ?? throw Damaged(file, "its manifest is empty");
            if (manifest.Format != BackupManifest.FormatName) throw Damaged(file, $"it says that it is \"{manifest.Format}\"");
            return manifest.Version is >= 1 and <= BackupManifest.LatestVersion ? manifest : throw TooNew(file, manifest);
        }
        catch (JsonException malformed)
        {
            throw new RestoreException($"{file} is not a backup, or is damaged: its manifest cannot be read ({malformed.Message}) Nothing was changed.", malformed);
        }
    }

    /// <summary>It opens, nothing in it is broken, and this version knows its layout.</summary>
    private static void CheckDatabase(string database, BackupManifest manifest)
    {
        try
        {
            using var context = new DashboardDbContext(new DbContextOptionsBuilder<DashboardDbContext>().UseSqlite($"Data Source={database};Mode=ReadOnly;Pooling=False").Options);
            context.Database.OpenConnection();
            using var check = context.Database.GetDbConnection().CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() as string is not "ok" and var broken) throw new RestoreException($"The database in the backup is damaged: {broken}. Nothing was changed.");
            if (context.Database.GetAppliedMigrations().Except(context.Database.GetMigrations(), StringComparer.Ordinal).Any()) throw TooNew(database, manifest);
        }
        catch (SqliteException broken)
        {
            throw new RestoreException($"The database in the backup cannot be read: {broken.Message} Nothing was changed.", broken);
        }
    }

    private static RestoreException Damaged(string file, string why) => new($"{file} is not a backup, or is damaged: {why}. Nothing was changed.");

    private static RestoreException TooNew(string file, BackupManifest manifest) =>
        new($"{file} was made by a newer version ({manifest.CreatedBy}) than this one ({TaskExport.Program}): restore it with that version. Nothing was changed.");

    [GeneratedRegex(@"\A(taskdashboard\.db|attachments/att_[0-9a-f]{32}|keys/[A-Za-z0-9][A-Za-z0-9_-]*\.xml)\z")]
    private static partial Regex Paths();
}

/// <summary>A backup cannot be restored; the message says why and what to do, for the person who started the program.</summary>
public sealed class RestoreException(string message, Exception? inner = null) : Exception(message, inner);

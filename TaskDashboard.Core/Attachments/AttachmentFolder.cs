using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Attachments;

/// <summary>Where contents lie: the data directory's folder <c>attachments</c>, each under its id. No name that somebody gave becomes a name here.</summary>
internal sealed class AttachmentFolder(string dataDirectory, ILogger logger)
{
    private const string TemporaryEnd = ".part";

    private readonly string path = Path.Combine(dataDirectory, "attachments");

    /// <param name="id">An id that this program made.</param>
    /// <exception cref="ArgumentException">It is a way to somewhere else.</exception>
    public string PathOf(string id) => IsName(id) ? Path.Combine(path, id) : throw new ArgumentException($"{id} is not the id of an attachment.", nameof(id));

    /// <summary>A place for a file that is still coming in.</summary>
    public string NewTemporary()
    {
        Directory.CreateDirectory(path);
        return Path.Combine(path, Path.GetRandomFileName() + TemporaryEnd);
    }

    /// <summary>Copies a content under another id; nothing where it is gone. There only once it is whole.</summary>
    public async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var source = TryOpen(from);
        if (source is null) return;
        var temporary = NewTemporary();
        try
        {
            await using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await source.CopyToAsync(target, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(to));
        }
        finally
        {
            TryRemove(temporary);
        }
    }

    /// <summary>Opens a content to be read; null when it is gone.</summary>
    public FileStream? TryOpen(string id)
    {
        if (!IsName(id)) return null;
        try
        {
            return new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes contents of which the rows are gone. What cannot be removed is told, and left to the next start.</summary>
    public void Remove(IEnumerable<string> ids)
    {
        foreach (var id in ids) TryRemove(PathOf(id));
    }

    /// <summary>Removes everything that no row speaks of: uploads that a crash cut off, and contents that outlived their row. Only before uploads are taken.</summary>
    public int Sweep(IReadOnlySet<string> known)
    {
        if (!Directory.Exists(path)) return 0;
        var leftovers = Directory.EnumerateFiles(path).Where(file => !known.Contains(Path.GetFileName(file))).ToList();
        return leftovers.Count(TryRemove);
    }

    private static bool IsName(string id) => id.Length > 0 && id.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private bool TryRemove(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "The attachment {File} could not be removed; it is tried again at the next start.", file);
            return false;
        }
    }
}

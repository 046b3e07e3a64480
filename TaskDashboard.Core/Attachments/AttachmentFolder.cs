using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Attachments;

/// <summary>Where contents lie: the data directory's folder <c>attachments</c>, each under its id. No name that somebody gave becomes a name here.</summary>
internal sealed class AttachmentFolder(string dataDirectory, ILogger logger)
{
    private const string TemporaryEnd = ".part";

    private readonly string path = Path.Combine(dataDirectory, "attachments");

    /// <param name="id">An id that this program made.</param>
    public string PathOf(string id) => Path.Combine(path, id);

    /// <summary>A place for a file that is still coming in.</summary>
    public string NewTemporary()
    {
        Directory.CreateDirectory(path);
        return Path.Combine(path, Path.GetRandomFileName() + TemporaryEnd);
    }

    /// <summary>Opens a content to be read; null when it is gone.</summary>
    public FileStream? TryOpen(string id)
    {
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

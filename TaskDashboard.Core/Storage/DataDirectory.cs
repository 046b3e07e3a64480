using System.Globalization;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The folder that holds everything that must survive: the database and the tasks' work dirs. Owned by one process at a time:
/// a second one on the same folder is refused before it reads or writes anything else there.
/// </summary>
/// <remarks>The lock is the operating system's, on an open file, so that it is gone with its process however that ends.</remarks>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream lockFile;

    private DataDirectory(string path, FileStream lockFile)
    {
        Path = path;
        this.lockFile = lockFile;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "taskdashboard.db");

    /// <exception cref="DataDirectoryException">It cannot be made, written or locked; the message says what to do.</exception>
    public static DataDirectory Open(string path)
    {
        var ownerFile = System.IO.Path.Combine(path, "owner.txt");
        try
        {
            var isNew = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            if (isNew && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(
                $"The data directory {path} cannot be made: {exception.Message} Set TaskDashboard:DataDirectory to a folder that this user may write to.", exception);
        }

        FileStream lockFile;
        try
        {
            lockFile = new FileStream(System.IO.Path.Combine(path, "taskdashboard.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DataDirectoryException(
                $"The data directory {path} cannot be written: {exception.Message} Set TaskDashboard:DataDirectory to a folder that this user may write to.", exception);
        }
        catch (IOException exception)
        {
            var owner = File.Exists(ownerFile) ? $" (process {File.ReadAllText(ownerFile).Trim()})" : "";
            throw new DataDirectoryException(
                $"Another TaskDashboard{owner} is using the data directory {path}. Stop it first, or set TaskDashboard:DataDirectory to another folder. Nothing was changed.",
                exception);
        }

        File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DataDirectory(path, lockFile);
    }

    /// <summary>The folder of a task that was not given one.</summary>
    public string WorkDirOf(string taskId) => System.IO.Path.Combine(Path, "work", taskId);

    public void Dispose() => lockFile.Dispose();
}

/// <summary>The data directory cannot be used; the message says why and what to do, for the person who started the program.</summary>
public sealed class DataDirectoryException(string message, Exception inner) : Exception(message, inner);

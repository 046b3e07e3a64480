using System.Diagnostics;
using System.Text.Json;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// <c>server.json</c> in the data directory: where the server that owns it listens, for programs of the same user. There while the server listens; a server
/// that was killed leaves it behind, so that whoever reads it looks whether that process is still there (<see cref="IsLeftBehind"/>).
/// </summary>
internal sealed record ServerFile(string Url, int Pid, DateTimeOffset StartedAt)
{
    public const string Name = "server.json";

    /// <summary>How far the clock of processes and that of the file may be apart; a process id is not given out again so soon.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, Name);

    /// <summary>Null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    /// <exception cref="JsonException">It is not what a server writes.</exception>
    public static ServerFile? Read(string dataDirectory)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ServerFile>(File.ReadAllBytes(PathIn(dataDirectory)), EventJson.Options);
            return file?.Url is { Length: > 0 } ? file : throw new JsonException("It names no address.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Replaces it all at once; its owner alone may read it.</summary>
    public void Write(string dataDirectory)
    {
        // One name for all times: the lock on the data directory lets in one server, and one that died in here leaves no heap of files.
        var whole = PathIn(dataDirectory) + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(whole);
        using (var stream = new FileStream(whole, options)) JsonSerializer.Serialize(stream, this, EventJson.Options);
        File.Move(whole, PathIn(dataDirectory), overwrite: true);
    }

    public static void Remove(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    /// <summary>True when the process that wrote it is gone, also where another one has got its number since.</summary>
    public bool IsLeftBehind()
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.StartTime.ToUniversalTime() > StartedAt.UtcDateTime + ClockTolerance;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception hidden) when (hidden is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // It is there and does not show when it started, or it is just ending: asking it will tell.
            return false;
        }
    }
}

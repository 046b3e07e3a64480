using System.Diagnostics;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>A git repository on the disk, with one commit; gone afterwards.</summary>
internal sealed class GitFolder : IDisposable
{
    public GitFolder(bool withCommit = true)
    {
        Git("init", "--quiet", "--initial-branch=main");
        Git("config", "user.name", "Tests");
        Git("config", "user.email", "tests@example.com");
        if (!withCommit) return;
        Write("readme.txt", "one\ntwo\nthree\n");
        Write("src/a.txt", "a\n");
        Git("add", "-A");
        Git("commit", "--quiet", "-m", "Begin");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("repository-").FullName;

    public string At(string path) => Path.Join(Root, path);

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), content);
    }

    /// <summary>Runs git in the repository; what it wrote.</summary>
    public string Git(params string[] arguments) => GitIn(Root, arguments);

    public static string GitIn(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said.Result.Trim() : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {complaint}");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

using System.Text;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>
/// A repository's objects and index under a configuration of our own, for git to look at a work folder with. The repository's configuration and its
/// attributes name programs that git runs (filters, monitors), and agents can write there: none of it is read, so there is no moment to slip something in.
/// In a folder of the data directory; gone afterwards.
/// </summary>
internal sealed class BorrowedRepository : IDisposable
{
    private const string Pointer = "gitdir:";
    private const int MaxPointer = 16 * 1024;
    private const int MaxExclude = 1024 * 1024;
    private const long MaxIndex = 512 * 1024 * 1024;
    private const int LengthOfSha256 = 64;
    private readonly string folder;

    private readonly string git;

    private BorrowedRepository(string folder, string top, string git) => (this.folder, Top, this.git) = (folder, top, git);

    /// <summary>The top folder of the working tree.</summary>
    public string Top { get; }

    public string Input => Path.Join(folder, "input");

    public string Output => Path.Join(folder, "output");

    /// <summary>What makes git use it.</summary>
    public IReadOnlyList<string> Arguments => [$"--git-dir={folder}", $"--work-tree={Top}"];

    /// <summary>The top folder of the repository that a folder is in; null where it is in none.</summary>
    public static string? TopOf(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            var mark = Path.Join(here.FullName, ".git");
            if (Directory.Exists(mark) || File.Exists(mark)) return here.FullName;
        }

        return null;
    }

    /// <summary>Borrows the repository that a folder is in; null where it is in none.</summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="data">Where the folder for it is made.</param>
    /// <param name="commit">A commit of the repository, of which the length says how it names its objects; null for the usual way.</param>
    /// <exception cref="IOException">What is there is no repository, or cannot be read.</exception>
    public static BorrowedRepository? Of(string folder, DataDirectory data, string? commit = null)
    {
        if (TopOf(folder) is not { } top) return null;
        var git = GitFolderOf(top);
        var common = File.Exists(Path.Join(git, "commondir")) ? Path.GetFullPath(RegularFile.ReadText(Path.Join(git, "commondir"), MaxPointer).Trim(), git) : git;
        var own = Directory.CreateDirectory(Path.Join(data.Path, "snapshots", $".git-{Path.GetRandomFileName()}")).FullName;
        var borrowed = new BorrowedRepository(own, top, git);
        try
        {
            borrowed.Fill(common, commit);
            return borrowed;
        }
        catch
        {
            borrowed.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>From here on files are taken as they are stored: no filter is run for any of them, whoever has set it up.</summary>
    public void LeaveFiltersOut() => File.WriteAllText(Path.Join(folder, "info/attributes"), "* -filter\n");

    /// <summary>Gives the repository the index that was made here.</summary>
    public void KeepIndex()
    {
        // Renamed over: what stands there, be it a link, is not written through.
        var kept = Path.Join(git, $"index.{Path.GetRandomFileName()}");
        File.Copy(Path.Join(folder, "index"), kept);
        File.Move(kept, Path.Join(git, "index"), overwrite: true);
    }

    private void Fill(string common, string? commit)
    {
        foreach (var part in new[] { "objects/info", "refs", "info" }) Directory.CreateDirectory(Path.Join(folder, part));
        File.WriteAllText(Path.Join(folder, "HEAD"), "ref: refs/heads/none\n");
        File.WriteAllText(Path.Join(folder, "config"), commit?.Length == LengthOfSha256
            ? "[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tobjectFormat = sha256\n"
            : "[core]\n\trepositoryformatversion = 0\n\tbare = false\n");
        File.WriteAllText(Path.Join(folder, "objects/info/alternates"), Path.Join(common, "objects") + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        if (File.Exists(Path.Join(common, "info/exclude"))) Copy(Path.Join(common, "info/exclude"), "info/exclude", MaxExclude);
        if (!File.Exists(Path.Join(git, "index"))) return;
        Copy(Path.Join(git, "index"), "index", MaxIndex);

        // A file that changed in the moment in which the index was written is told by this time.
        File.SetLastWriteTimeUtc(Path.Join(folder, "index"), File.GetLastWriteTimeUtc(Path.Join(git, "index")));
    }

    private void Copy(string source, string name, long most)
    {
        using var target = File.Create(Path.Join(folder, name));
        RegularFile.Copy(source, target, most);
    }

    /// <summary>Worktrees and submodules have a file there that says where the folder is.</summary>
    private static string GitFolderOf(string top)
    {
        var mark = Path.Join(top, ".git");
        if (Directory.Exists(mark)) return mark;
        var text = RegularFile.ReadText(mark, MaxPointer).Trim();
        return text.StartsWith(Pointer, StringComparison.Ordinal) ? Path.GetFullPath(text[Pointer.Length..].Trim(), top) : throw new IOException($"{mark} is no file of git.");
    }
}

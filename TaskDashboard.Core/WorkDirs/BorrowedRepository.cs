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
    private readonly string folder;

    private BorrowedRepository(string folder, string top) => (this.folder, Top) = (folder, top);

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
    public static BorrowedRepository? Of(string folder, DataDirectory data)
    {
        if (TopOf(folder) is not { } top) return null;
        var git = GitFolderOf(top);
        var common = File.Exists(Path.Join(git, "commondir")) ? Path.GetFullPath(RegularFile.ReadText(Path.Join(git, "commondir"), MaxPointer).Trim(), git) : git;
        var own = Directory.CreateDirectory(Path.Join(data.Path, "snapshots", $".git-{Path.GetRandomFileName()}")).FullName;
        var borrowed = new BorrowedRepository(own, top);
        try
        {
            borrowed.Fill(git, common);
            return borrowed;
        }
        catch
        {
            borrowed.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Fill(string git, string common)
    {
        foreach (var part in new[] { "objects/info", "refs", "info" }) Directory.CreateDirectory(Path.Join(folder, part));
        File.WriteAllText(Path.Join(folder, "HEAD"), "ref: refs/heads/none\n");
        File.WriteAllText(Path.Join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n");
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

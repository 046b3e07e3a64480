using System.Runtime.InteropServices;
using System.Text;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Tools;

/// <summary>Ways out of the work folder, tried with every file tool: none reads or changes anything outside. Tools that come later join the table.</summary>
public sealed class EscapeTests : IDisposable
{
    private const string Secret = "the-secret-of-somebody-else";

    /// <summary>Every file tool, with the arguments that it takes beside the path.</summary>
    private static readonly (string Tool, (string, object?)[] More)[] Tools =
    [
        ("list_files", []),
        ("read_file", []),
        ("count_text", []),
        ("search_files", [("pattern", "secret")]),
        ("write_file", [("content", "taken over")]),
        ("edit_file", [("old_text", Secret), ("new_text", "taken over")]),
        ("find_files", [("glob", "*")]),
        ("multi_edit_file", [("edits", new[] { new Dictionary<string, object?> { ["old_text"] = Secret, ["new_text"] = "taken over" } })]),
    ];

    private readonly ToolFolder folder = new();

    public EscapeTests()
    {
        File.WriteAllText(Path.Join(folder.Outside, "secret.txt"), Secret);
        folder.Write("inside.txt", "harmless");
        Directory.CreateDirectory(folder.At("sub"));
        File.CreateSymbolicLink(folder.At("link.txt"), Path.Join(folder.Outside, "secret.txt"));
        File.CreateSymbolicLink(folder.At("dangling"), Path.Join(folder.Outside, "new.txt"));
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);
        Directory.CreateSymbolicLink(folder.At("sub/up"), "../../outside");
        Directory.CreateSymbolicLink(folder.At("chain"), "sub/up");
        File.CreateSymbolicLink(folder.At("one"), "two");
        File.CreateSymbolicLink(folder.At("two"), "one");
        File.CreateSymbolicLink(folder.At("itself"), "itself");
        if (OperatingSystem.IsLinux()) Directory.CreateSymbolicLink(folder.At("process"), "/proc/self");
    }

    public static TheoryData<string, string> Attempts()
    {
        string[] paths =
        [
            "..", "../outside", "../outside/secret.txt", "./../outside/secret.txt", "sub/../../outside/secret.txt", "sub/../..//outside/./secret.txt",
            "../outside/new.txt", "../work/../outside/secret.txt", "no/such/../../../outside/secret.txt", "OUTSIDE", "OUTSIDE/secret.txt", "OUTSIDE/../outside/secret.txt",
            "link.txt", "./link.txt", "sub/../link.txt", "dangling", "linked", "linked/secret.txt", "linked/new.txt", "linked/new/folder/file.txt", "linked/../outside/secret.txt",
            "sub/up", "sub/up/secret.txt", "chain/secret.txt", "one", "one/file.txt", "itself", "linked/../work/../outside/secret.txt",
            "/", "/etc/passwd", "/etc/../etc/passwd", "//etc/passwd", "//server/share/file.txt", @"\\server\share\file.txt", @"\\?\C:\file.txt", @"C:\file.txt", "C:/file.txt", "c:",
            "~", "~/file.txt", @"~\file.txt", "../OUTSIDE/../outside/secret.txt", "a\0b", "inside.txt\0", "a\nb", "", " ",
            "/proc/self/environ", "/proc/1/root/etc/passwd", "/proc/self/cwd", "/proc", "/sys/kernel", "/dev/null", "/dev/stdin", "process/environ", "process/root/etc/passwd", "process",
        ];
        var attempts = new TheoryData<string, string>();
        foreach (var (tool, _) in Tools)
        {
            foreach (var path in paths) attempts.Add(tool, path);
        }

        return attempts;
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task PathThatLeadsOut_IsRefusedInWords_AndNothingOutsideIsReadOrChanged(string tool, string path)
    {
        var full = path.StartsWith("OUTSIDE", StringComparison.Ordinal) ? folder.Outside + path["OUTSIDE".Length..] : path;

        var told = await folder.FailAsync(tool, [("path", full), .. Tools.Single(one => one.Tool == tool).More]);

        Assert.NotEmpty(told);
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Theory]
    [InlineData("inside.TXT")]
    [InlineData("INSIDE.txt")]
    [InlineData("Sub/../inside.txt")]
    public async Task CaseVariants_ReachWhatTheFileSystemSaysTheyReach_AndNothingElse(string path)
    {
        var reached = File.Exists(folder.At(path));

        if (reached) Assert.Equal("harmless", await folder.CallAsync("read_file", ("path", path)));
        else Assert.Contains("no file", await folder.FailAsync("read_file", ("path", path)), StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task SearchAndList_OfEverything_DoNotFollowWhatLeadsOut()
    {
        var found = await folder.CallAsync("search_files", ("pattern", "secret-of"));
        var listed = await folder.CallAsync("list_files", ("recursive", true));

        Assert.DoesNotContain(Secret, found, StringComparison.Ordinal);
        Assert.DoesNotContain("secret.txt (2", listed, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Theory]
    [InlineData("read_file")]
    [InlineData("count_text")]
    [InlineData("search_files")]
    [InlineData("edit_file")]
    [InlineData("write_file")]
    public async Task HardLinkToAFileOutside_IsNeitherReadNorChanged(string tool)
    {
        if (!OperatingSystem.IsLinux()) return;
        HardLink(Path.Join(folder.Outside, "secret.txt"), folder.At("hard.txt"));
        (string, object?)[] arguments = [("path", "hard.txt"), .. Tools.Single(one => one.Tool == tool).More];

        // A search names what it left out, for the others are still worth searching.
        var told = tool == "search_files" ? await folder.CallAsync(tool, arguments) : await folder.FailAsync(tool, arguments);

        Assert.Contains(tool == "search_files" ? "could not be read" : "hard link", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public void HardLinkThatIsReplacedAllTheSame_LeavesTheOtherNameItsContent()
    {
        if (!OperatingSystem.IsLinux()) return;
        HardLink(Path.Join(folder.Outside, "secret.txt"), folder.At("hard.txt"));

        AtomicFile.Replace(folder.Work, folder.Work.Resolve("hard.txt"), stream => stream.Write("new"u8));

        Assert.Equal("new", folder.Read("hard.txt"));
        AssertUntouched();
    }

    [Theory]
    [InlineData(".git/objects/ab/cdef")]
    [InlineData("node_modules/left-pad/index.js")]
    [InlineData("packages/one/node_modules/left-pad/index.js")]
    public async Task HardLink_WhereGitAndPackageManagersMakeThem_IsRead(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        folder.Write("store/file", "content");
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(path))!);
        HardLink(folder.At("store/file"), folder.At(path));

        Assert.Equal("content", await folder.CallAsync("read_file", ("path", path)));
        Assert.Contains("hard link", await folder.FailAsync("read_file", ("path", "store/file")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".git/hooks/post-commit")]
    [InlineData(".git/config")]
    [InlineData("sub/.Git/config")]
    public async Task FilesOfGit_WhichNamePrograms_AreNotWritten(string path)
    {
        Assert.Contains("belongs to git", await folder.FailAsync("write_file", ("path", path), ("content", "x")), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At(path)));
    }

    [Fact]
    public async Task FolderThatIsSwappedForALink_WhileToolsWork_LetsNothingOut()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var over = new CancellationTokenSource();
        var swapping = Task.Run(() => Swap(over.Token));
        var told = new List<string>();
        try
        {
            for (var turn = 0; turn < 300; turn++)
            {
                var (tool, more) = Tools[turn % Tools.Length];
                try
                {
                    told.Add(await folder.CallAsync(tool, [("path", tool is "list_files" or "find_files" ? "sub/door" : "sub/door/secret.txt"), .. more]));
                }
                catch (ToolException refusal)
                {
                    told.Add(refusal.Message);
                    Assert.DoesNotContain("/proc/self", refusal.Message, StringComparison.Ordinal);
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            await swapping;
        }

        Assert.All(told, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        AssertUntouched();
    }

    [Fact]
    public async Task FolderThatWasAdded_IsReachedByItsCompletePath_AndBesideItNothingIs()
    {
        var added = Path.Join(folder.Outside, "added");
        Directory.CreateDirectory(added);
        File.WriteAllText(Path.Join(added, "a.txt"), "content");
        File.CreateSymbolicLink(Path.Join(added, "out"), Path.Join(folder.Outside, "secret.txt"));
        folder.Added.Add(added);

        var shown = folder.Work.Resolve(Path.Join(added, "a.txt")).Shown;
        Assert.Equal(Path.Join(added, "a.txt").Replace('\\', '/'), shown);
        Assert.Equal("content", await folder.CallAsync("read_file", ("path", Path.Join(added, "a.txt"))));
        await folder.CallAsync("write_file", ("path", Path.Join(added, "new.txt")), ("content", "new"));
        Assert.Equal("new", File.ReadAllText(Path.Join(added, "new.txt")));
        Assert.Contains(added, await folder.FailAsync("read_file", ("path", Path.Join(folder.Outside, "secret.txt"))), StringComparison.Ordinal);
        Assert.Contains("through a link", await folder.FailAsync("read_file", ("path", Path.Join(added, "out"))), StringComparison.Ordinal);
        Assert.Contains("no file", await folder.FailAsync("read_file", ("path", "a.txt")), StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public async Task DataOfTheProgram_IsOutOfReach_AlsoWhereTheWorkFolderIsAroundIt()
    {
        folder.Write("data/taskdashboard.db", Secret);
        folder.Write("data/work/task_1/a.txt", "content");
        folder.Hidden = folder.At("data");

        Assert.Contains("out of reach", await folder.FailAsync("read_file", ("path", "data/taskdashboard.db")), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await folder.CallAsync("search_files", ("pattern", "secret-of")), StringComparison.Ordinal);
        Assert.Equal("a.txt", new WorkDirectory(folder.At("data/work/task_1"), [], folder.At("data")).Resolve("a.txt").Shown);
        Assert.Throws<ToolException>(() => new WorkDirectory(folder.At("data/work/task_1"), [], folder.At("data")).Resolve("../task_2/a.txt"));
    }

    [Fact]
    public async Task DataOfTheProgram_IsNotListedEither()
    {
        folder.Write("data/work/task_2/plan.txt", "x");
        folder.Hidden = folder.At("data");

        Assert.DoesNotContain("task_2", await folder.CallAsync("list_files", ("recursive", true)), StringComparison.Ordinal);
        Assert.DoesNotContain("task_2", await folder.CallAsync("find_files", ("glob", "*.txt")), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void AssertUntouched()
    {
        Assert.Equal(Secret, File.ReadAllText(Path.Join(folder.Outside, "secret.txt")));
        Assert.Equal(["secret.txt"], Directory.GetFileSystemEntries(folder.Outside).Select(Path.GetFileName).Where(name => name != "added"));
    }

    /// <summary>Again and again a folder, and a link to the outside in its place.</summary>
    private void Swap(CancellationToken over)
    {
        var (door, aside) = (folder.At("sub/door"), folder.At("sub/aside"));
        Directory.CreateDirectory(aside);
        File.WriteAllText(Path.Join(aside, "secret.txt"), "harmless");
        while (!over.IsCancellationRequested)
        {
            try
            {
                Directory.Move(aside, door);
                Thread.Yield();
                Directory.Move(door, aside);
                Directory.CreateSymbolicLink(door, folder.Outside);
                Thread.Yield();
                Directory.Delete(door);
            }
            catch (IOException)
            {
                // A tool that writes has made the folder in the moment in which there was none.
                if (Directory.Exists(aside)) Remove(door);
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // The tool is still writing into it; the next turn finds it there again.
        }
    }

    private static void HardLink(string existing, string name)
    {
        if (MakeHardLink(Encoding.UTF8.GetBytes(existing + "\0"), Encoding.UTF8.GetBytes(name + "\0")) != 0) throw new IOException($"The hard link could not be made: error {Marshal.GetLastPInvokeError()}.");
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeHardLink(byte[] existing, byte[] name);
}

using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace TaskDashboard.Tests.WorkDirs;

/// <summary>Tasks that work in a git worktree of their own.</summary>
public sealed class TaskWorktreeTests : IDisposable
{
    private readonly GitFolder repository = new();

    public void Dispose() => repository.Dispose();

    [Fact]
    public async Task Worktree_IsMadeFromTheHead_AndTheTaskWorksInIt()
    {
        await using var engine = await CommandEngine.StartAsync();
        var task = await engine.CreateAsync("cat readme.txt; pwd; echo changed > readme.txt", command => command with { WorkDir = repository.Root, Worktree = true });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal((repository.Root, repository.Git("rev-parse", "HEAD"), $"task/{task.Id[^12..]}"), (task.Worktree!.Repository, task.Worktree.Base, task.Worktree.Branch));
        Assert.StartsWith(engine.DataDirectory, task.WorkDir, StringComparison.Ordinal);
        Assert.Equal("changed\n", File.ReadAllText(Path.Join(task.WorkDir, "readme.txt")));
        Assert.Equal("one\ntwo\nthree\n", File.ReadAllText(repository.At("readme.txt")));
        Assert.Equal(task.Worktree.Branch, GitFolder.GitIn(task.WorkDir, "branch", "--show-current"));
        var wire = JsonSerializer.SerializeToElement(task, EventJson.Options).GetProperty("worktree");
        Assert.Equal(repository.Root, wire.GetProperty("repository").GetString());
    }

    [Fact]
    public async Task FolderInTheRepository_IsTheSameFolderInTheWorktree()
    {
        await using var engine = await CommandEngine.StartAsync();

        var result = await engine.RunAsync("cat a.txt; pwd", command => command with { WorkDir = repository.At("src"), Worktree = true });

        Assert.StartsWith("Exit code 0.\na\n", result.Content, StringComparison.Ordinal);
        Assert.EndsWith("/src", result.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_CommitsInTheWorktree_AndReachesNeitherHooksNorConfiguration()
    {
        await using var engine = await CommandEngine.StartAsync();
        var hook = repository.At(".git/hooks/post-commit");

        var result = await engine.RunAsync(
            $"echo new > new.txt && git add -A && git commit --quiet -m Work && echo committed; echo 'echo owned' > {hook}; git config core.pager owned; true",
            command => command with { WorkDir = repository.Root, Worktree = true });

        Assert.Contains("committed", result.Content, StringComparison.Ordinal);
        if (!(await engine.Services.GetRequiredService<ICommandSandbox>().FindStateAsync()).IsOn) return;
        Assert.False(File.Exists(hook));
        Assert.DoesNotContain("owned", File.ReadAllText(repository.At(".git/config")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_RemovesTheWorktree_AndItsBranchUnlessThereAreCommitsOnIt()
    {
        await using var engine = await CommandEngine.StartAsync();
        var idle = await RunToItsEndAsync(engine, "echo x > untracked.txt");
        var busy = await RunToItsEndAsync(engine, "true");
        File.WriteAllText(Path.Join(busy.WorkDir, "new.txt"), "new");
        GitFolder.GitIn(busy.WorkDir, "add", "-A");
        GitFolder.GitIn(busy.WorkDir, "commit", "--quiet", "-m", "Work");

        await engine.Tasks.DeleteAsync(idle.Id, "you");
        await engine.Tasks.DeleteAsync(busy.Id, "you");

        Assert.All([idle, busy], task => Assert.False(Directory.Exists(task.WorkDir)));
        Assert.Equal($"main\n{busy.Worktree!.Branch}", repository.Git("branch", "--format=%(refname:short)"));
        Assert.Single(repository.Git("worktree", "list").Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(engine.DataDirectory, "worktrees")));
    }

    [Fact]
    public async Task WorktreeOfADeletedTask_ThatACrashLeft_IsRemovedAtTheNextStart()
    {
        await using var engine = await CommandEngine.StartAsync();
        var task = await RunToItsEndAsync(engine, "true");
        var note = Path.Join(engine.DataDirectory, "worktrees", task.Id + ".json");
        var left = File.ReadAllText(note);
        await engine.Tasks.DeleteAsync(task.Id, "you");
        repository.Git("worktree", "add", "--quiet", "-b", task.Worktree!.Branch, task.WorkDir, task.Worktree.Base);
        File.WriteAllText(note, left);
        await engine.StopAsync();

        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);

        Assert.False(Directory.Exists(task.WorkDir));
        Assert.False(File.Exists(note));
        Assert.Equal("main", repository.Git("branch", "--format=%(refname:short)"));
    }

    [Fact]
    public async Task WorktreeThatIsGone_IsMadeAgainWhenTheTaskGoesOn()
    {
        await using var engine = await CommandEngine.StartAsync();
        var task = await RunToItsEndAsync(engine, "true");
        Directory.Delete(task.WorkDir, recursive: true);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("true"));
        await engine.WaitForAsync(task.Id, one => one is { RunCount: 2, Status: AgentTaskStatus.Completed });

        Assert.True(File.Exists(Path.Join(task.WorkDir, "readme.txt")));
    }

    [Fact]
    public async Task Hook_OfTheRepository_IsNotRun()
    {
        await using var engine = await CommandEngine.StartAsync();
        var trace = repository.At("trace");
        File.WriteAllText(repository.At(".git/hooks/post-checkout"), $"#!/bin/sh\necho run > {trace}\n");
        repository.Git("config", "filter.evil.smudge", $"sh -c 'echo run > {trace}; cat'");
        repository.Write(".gitattributes", "*.txt filter=evil\n");
        repository.Git("add", ".gitattributes");
        repository.Git("commit", "--quiet", "-m", "Attributes");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(repository.At(".git/hooks/post-checkout"), (UnixFileMode)0x1ED);
        File.Delete(trace);

        await RunToItsEndAsync(engine, "true");

        Assert.False(File.Exists(trace));
    }

    [Fact]
    public async Task FolderInADataDirectoryBehindALink_StaysKnownByItsName_AndALinkBeforeAnotherIsFollowedOnce()
    {
        if (OperatingSystem.IsWindows()) return;
        var alias = Path.Join(repository.Root, "alias");
        Directory.CreateSymbolicLink(alias, Directory.CreateDirectory(repository.At("data")).FullName);
        await using var engine = await Engine.StartAsync(directory: alias);
        var own = Directory.CreateDirectory((await engine.CreateAsync("Begin")).WorkDir).FullName;
        Directory.CreateDirectory(repository.At("other"));
        Directory.CreateSymbolicLink(repository.At("links"), repository.Root);

        var inside = await engine.CreateAsync("Work", command => command with { WorkDir = own });
        var outside = await engine.CreateAsync("Work too", command => command with { WorkDir = repository.At("links/src"), AddDirs = [repository.At("links/other")] });

        Assert.Equal(own, inside.WorkDir);
        Assert.Equal((repository.At("src"), repository.At("other")), (outside.WorkDir, Assert.Single(outside.Settings.AddDirs)));
    }

    [Theory]
    [InlineData("a=b", false)]
    [InlineData("late", true)]
    public async Task Filter_OfTheRepository_IsNotRun_HoweverItIsBroughtIn(string name, bool isOnlyForTheBranch)
    {
        await using var engine = await CommandEngine.StartAsync();
        var trace = repository.At("trace");
        repository.Write(".gitattributes", $"*.txt filter={name}\n");
        repository.Git("add", ".gitattributes");
        repository.Git("commit", "--quiet", "-m", "Attributes");
        var filter = $"[filter \"{name}\"]\n\tsmudge = \"touch {trace}; cat\"\n";
        repository.Write(".git/more", filter);
        File.AppendAllText(repository.At(".git/config"), isOnlyForTheBranch ? "[includeIf \"onbranch:task/**\"]\n\tpath = more\n" : filter);

        await RunToItsEndAsync(engine, "true");

        Assert.False(File.Exists(trace));
    }

    [Fact]
    public async Task FilesOfTheWorktree_AreTheCommits_AndGitSeesNoChange()
    {
        await using var engine = await CommandEngine.StartAsync();
        repository.Write("run.sh", "#!/bin/sh\n");
        repository.Write("windows.txt", "one\n");
        repository.Write(".gitattributes", "windows.txt text eol=crlf\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(repository.At("run.sh"), (UnixFileMode)0x1ED);
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(repository.At("link"), "run.sh");
        repository.Git("add", "-A");
        repository.Git("commit", "--quiet", "-m", "More");

        var task = await RunToItsEndAsync(engine, "true");

        Assert.Equal("", GitFolder.GitIn(task.WorkDir, "status", "--porcelain"));
        Assert.Equal("one\r\n", File.ReadAllText(Path.Join(task.WorkDir, "windows.txt")));
        Assert.Equal("run.sh", new FileInfo(Path.Join(task.WorkDir, "link")).LinkTarget);
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(Path.Join(task.WorkDir, "run.sh")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task WorktreeThatACrashLeftHalfMade_IsMadeAnew()
    {
        await using var engine = await CommandEngine.StartAsync();
        var task = await RunToItsEndAsync(engine, "true");
        File.Delete(Path.Join(task.WorkDir, "readme.txt"));
        File.WriteAllText(Path.Join(engine.DataDirectory, "worktrees", task.Id + ".making"), "");

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("true"));
        await engine.WaitForAsync(task.Id, one => one is { RunCount: 2, Status: AgentTaskStatus.Completed });

        Assert.True(File.Exists(Path.Join(task.WorkDir, "readme.txt")));
    }

    [Fact]
    public async Task FolderInNoRepository_OrInOneWithoutACommit_IsRefusedWithItsField()
    {
        await using var engine = await Engine.StartAsync();
        using var empty = new GitFolder(withCommit: false);
        var plain = Directory.CreateTempSubdirectory("plain-").FullName;

        foreach (var folder in new[] { plain, empty.Root, null })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Work", command => command with { WorkDir = folder, Worktree = true }));
            Assert.Equal("worktree", refused.Errors.Keys.Single());
        }

        Assert.Equal(0, engine.Reader.Counts.Total);
        Directory.Delete(plain);
    }

    private async Task<AgentTask> RunToItsEndAsync(Engine engine, string command)
    {
        var task = await engine.CreateAsync(command, order => order with { WorkDir = repository.Root, Worktree = true });
        return await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }
}

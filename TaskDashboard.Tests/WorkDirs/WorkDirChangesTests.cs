using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.WorkDirs;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.WorkDirs;

/// <summary>What is told of changes in a work folder, with git and without.</summary>
public sealed class WorkDirChangesTests : IAsyncLifetime
{
    private const string Changes = "printf 'one\\n2\\nthree\\nfour\\n' > readme.txt; rm src/a.txt; mkdir new; echo new > new/b.txt; printf 'a\\000b' > data.bin; head -c 300000 /dev/zero | tr '\\0' x > large.txt";

    private readonly string folder = Directory.CreateTempSubdirectory("changes-").FullName;
    private Engine engine = null!;

    private IWorkDirChanges Service => engine.Services.GetRequiredService<IWorkDirChanges>();

    public async Task InitializeAsync()
    {
        engine = await CommandEngine.StartAsync();
        Directory.CreateDirectory(Path.Join(folder, "src"));
        File.WriteAllText(Path.Join(folder, "readme.txt"), "one\ntwo\nthree\n");
        File.WriteAllText(Path.Join(folder, "src/a.txt"), "a\n");
        File.WriteAllText(Path.Join(folder, "same.txt"), "same\n");
    }

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task PlainFolder_IsComparedWithWhatItWasBeforeTheFirstCall()
    {
        var task = await RunAsync(Changes + "; touch same.txt", folder);

        await AssertChangesAsync(task);
    }

    [Fact]
    public async Task Repository_IsComparedWithItsCommit_AndWithWhatWasChangedBefore()
    {
        using var repository = new GitFolder();
        repository.Write("mine.txt", "my own work\n");
        repository.Write(".gitignore", "ignored.txt\n");
        repository.Write("same.txt", "same\n");
        var task = await RunAsync(Changes + "; touch same.txt; echo x > ignored.txt", repository.Root);

        await AssertChangesAsync(task);
    }

    [Fact]
    public async Task Worktree_IsComparedWithTheCommitThatItBeganAt_AlsoBehindCommits()
    {
        using var repository = new GitFolder();
        var task = await RunAsync(Changes + "; git add -A; git commit --quiet -m Work", repository.Root, worktree: true);

        await AssertChangesAsync(task);
    }

    [Fact]
    public async Task FileThatWasChangedBefore_IsToldAgainstWhatItWasThen()
    {
        using var repository = new GitFolder();
        repository.Write("readme.txt", "one\nmine\nthree\n");
        var task = await RunAsync("printf 'one\\nmine\\nthree\\nits\\n' > readme.txt", repository.Root);

        var change = Assert.Single((await Service.ListAsync(task.Id)).Items);

        Assert.Equal(("readme.txt", FileChangeKind.Modified, 1, 0), (change.Path, change.Kind, change.Added, change.Removed));
        Assert.DoesNotContain("-two", (await Service.FindAsync(task.Id, "readme.txt")).Diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TaskThatChangedNothing_HasNoChanges_AndIsNotLookedAt()
    {
        var task = await engine.CreateAsync("true", command => command with { WorkDir = folder });

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty((await Service.ListAsync(task.Id)).Items);
        await engine.Tasks.DeleteAsync(task.Id, "you");
        Assert.False(Directory.Exists(Path.Join(engine.DataDirectory, "snapshots", task.Id)));
    }

    [Fact]
    public async Task Repository_WhoseConfigurationAnAgentChanged_RunsNothingWhenItIsLookedAt()
    {
        using var repository = new GitFolder();
        var trace = repository.At("trace");
        var task = await RunAsync(
            $"git config filter.evil.clean \"sh -c 'echo run > {trace}; cat'\"; git config core.fsmonitor \"sh -c 'echo run > {trace}'\"; git config diff.external \"sh -c 'echo run > {trace}'\"; "
            + "echo '*.txt filter=evil diff=evil' > .gitattributes; echo changed > readme.txt",
            repository.Root);

        var changes = await Service.ListAsync(task.Id);
        await Service.FindAsync(task.Id, "readme.txt");

        Assert.Contains(changes.Items, change => change.Path == "readme.txt");
        Assert.False(File.Exists(trace));
    }

    [Fact]
    public async Task Repository_ThatNamesAProgramAsItsRemote_RunsNothingWhenACommitIsMissing()
    {
        using var repository = new GitFolder();
        var trace = repository.At("trace");
        repository.Git("config", "core.repositoryFormatVersion", "1");
        repository.Git("config", "extensions.partialClone", "origin");
        repository.Git("config", "remote.origin.promisor", "true");
        repository.Git("config", "remote.origin.url", $"ext::sh -c touch% {trace}");
        repository.Git("config", "protocol.ext.allow", "always");
        File.WriteAllText(repository.At(".git/HEAD"), $"{new string('1', 40)}\n");

        await RunAsync("true", repository.Root);

        Assert.False(File.Exists(trace));
    }

    [Theory]
    [InlineData("mkfifo .git/commondir")]
    [InlineData("ln -s /dev/zero .git/commondir")]
    [InlineData("rm .git/index; mkfifo .git/index")]
    [InlineData("mv .git aside; mkfifo .git")]
    public async Task Repository_WithAPipeOrADeviceInIt_HoldsNobodyUp(string command)
    {
        using var repository = new GitFolder();
        var task = await RunAsync(command, repository.Root);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Task.Run(() => Service.ListAsync(task.Id)).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal("git_failed", refusal.Code);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task Diff_OfAPathOutside_IsRefused(string path)
    {
        var task = await RunAsync("true", folder);

        Assert.Equal(RefusalKind.Validation, (await Assert.ThrowsAsync<RefusedException>(() => Service.FindAsync(task.Id, path))).Kind);
    }

    [Fact]
    public async Task Diff_OfAFileThatDidNotChange_IsNotFound()
    {
        var task = await RunAsync("true", folder);

        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Service.FindAsync(task.Id, "same.txt"))).Kind);
        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => Service.ListAsync("task_none"))).Kind);
    }

    [Fact]
    public async Task LinkThatLeadsOut_ShowsWhereItLeads_AndNotWhatIsThere()
    {
        var task = await RunAsync("ln -s /etc/passwd link.txt", folder);

        var diff = (await Service.FindAsync(task.Id, "link.txt")).Diff;

        Assert.Contains("+/etc/passwd", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", diff, StringComparison.Ordinal);
    }

    private async Task AssertChangesAsync(AgentTask task)
    {
        var changes = await Service.ListAsync(task.Id);

        Assert.Equal(["data.bin", "large.txt", "new/b.txt", "readme.txt", "src/a.txt"], changes.Items.Select(change => change.Path));
        Assert.Equal((FileChangeKind.Added, true), (changes.Items[0].Kind, changes.Items[0].Binary));
        Assert.Equal((FileChangeKind.Added, true, null), (changes.Items[1].Kind, changes.Items[1].TooLarge, changes.Items[1].Added));
        Assert.Equal((FileChangeKind.Added, 1, 0), (changes.Items[2].Kind, changes.Items[2].Added, changes.Items[2].Removed));
        Assert.Equal((FileChangeKind.Modified, 2, 1), (changes.Items[3].Kind, changes.Items[3].Added, changes.Items[3].Removed));
        Assert.Equal((FileChangeKind.Deleted, 0, 1), (changes.Items[4].Kind, changes.Items[4].Added, changes.Items[4].Removed));
        Assert.Equal((3, 2, null), (changes.Added, changes.Removed, changes.Note));
        Assert.Equal("@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n+four", (await Service.FindAsync(task.Id, "readme.txt")).Diff);
        Assert.Equal("", (await Service.FindAsync(task.Id, "data.bin")).Diff);
    }

    private async Task<AgentTask> RunAsync(string command, string workDir, bool worktree = false)
    {
        var task = await engine.CreateAsync(command, order => order with { WorkDir = workDir, Worktree = worktree });
        return await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }
}

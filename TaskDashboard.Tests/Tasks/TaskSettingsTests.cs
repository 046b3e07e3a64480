using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>What only some tasks are given: further folders, and what is turned off.</summary>
public sealed class TaskSettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("settings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Settings_AreStored_AndThereAfterARestart()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Work", command => command with { AddDirs = [folder], EnableSkills = false, EnableMcp = true });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        var stored = (await next.Reader.FindAsync(task.Id))!;
        var listed = (await next.Reader.ListAsync(new TaskQuery())).Items.Single();

        Assert.All([task, stored, listed], one => Assert.Equal((folder, false, true), (Assert.Single(one.Settings.AddDirs), one.EnableSkills, one.EnableMcp)));
    }

    [Fact]
    public async Task Wire_HasWhatWasSaid_AndNothingElse()
    {
        await using var engine = await Engine.StartAsync();
        var plain = await engine.CreateAsync("Plain");
        var set = await engine.CreateAsync("Set", command => command with { AddDirs = [folder], EnableMcp = false });

        var (nothing, said) = (System.Text.Json.JsonSerializer.SerializeToElement(plain, EventJson.Options), System.Text.Json.JsonSerializer.SerializeToElement(set, EventJson.Options));

        Assert.All(["add_dirs", "enable_skills", "enable_mcp", "worktree", "settings"], field => Assert.False(nothing.TryGetProperty(field, out _), field));
        Assert.Equal(folder, said.GetProperty("add_dirs").EnumerateArray().Single().GetString());
        Assert.False(said.GetProperty("enable_mcp").GetBoolean());
        Assert.False(said.TryGetProperty("enable_skills", out _));
    }

    [Fact]
    public async Task Subtask_HasTheFoldersOfItsParent_AndWhatIsTurnedOff()
    {
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Parent", Calls(Call("spawn_task", ("message", "Child"))), Says("Started."), Says("Done."))
            .For("Child", Says("Done.")).Play);
        var parent = await engine.CreateAsync("Parent", command => command with { WorkDir = folder, AddDirs = [Path.GetTempPath()], EnableMcp = false });
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        var child = (await engine.Reader.ListAsync(new TaskQuery())).Items.Single(task => task.ParentTaskId == parent.Id);

        Assert.Equal((folder, Path.GetTempPath(), (bool?)false), (child.WorkDir, Assert.Single(child.Settings.AddDirs), child.EnableMcp));
    }

    [Theory]
    [InlineData("work_dir")]
    [InlineData("add_dirs")]
    public async Task FolderThatIsALink_IsRefused_WithThePathThatItLeadsTo(string field)
    {
        await using var engine = await Engine.StartAsync();
        var (real, link) = (Path.Combine(folder, "real"), Path.Combine(folder, "link"));
        Directory.CreateDirectory(real);
        Directory.CreateSymbolicLink(link, real);

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => engine.CreateAsync("Work", command => field == "work_dir" ? command with { WorkDir = link + "/" } : command with { AddDirs = [link] }));

        Assert.Equal(field, refused.Errors.Keys.Single());
        Assert.Contains(real, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Reader.Counts.Total);
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/self")]
    [InlineData("/sys/")]
    [InlineData("/dev/../dev")]
    [InlineData("//tmp")]
    [InlineData(@"\\server\share")]
    [InlineData(@"C:\work")]
    [InlineData("~")]
    [InlineData("/tmp\0/x")]
    [InlineData("")]
    public async Task FolderThatIsNone_IsRefusedWithItsField(string path)
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Work", command => command with { WorkDir = path, AddDirs = [path] }));

        Assert.Equal(["add_dirs", "work_dir"], refused.Errors.Keys.Order());
    }
}

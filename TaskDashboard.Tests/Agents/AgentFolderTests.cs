using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Agents;

/// <summary>The folders that an agent gives to tasks that name none.</summary>
public sealed class AgentFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-own-").FullName;
    private readonly string added = Directory.CreateTempSubdirectory("taskdashboard-added-").FullName;
    private readonly string other = Directory.CreateTempSubdirectory("taskdashboard-other-").FullName;

    public void Dispose()
    {
        foreach (var one in new[] { folder, added, other }.Where(Directory.Exists)) Directory.Delete(one, recursive: true);
    }

    [Fact]
    public async Task TaskThatNamesNoFolders_GetsTheAgents_AndOneThatDoesKeepsItsOwn()
    {
        await using var engine = await StartAsync();

        var plain = await engine.CreateAsync("Hello");
        var own = await engine.CreateAsync("Hello", command => command with { WorkDir = other, AddDirs = [folder] });

        Assert.Equal(folder, plain.WorkDir);
        Assert.Equal([added], plain.AddDirs);
        Assert.Equal(other, own.WorkDir);
        Assert.Equal([folder], own.AddDirs);
    }

    [Fact]
    public async Task FolderThatIsGone_RefusesTheTask_InWordsThatNameTheAgent()
    {
        await using var engine = await StartAsync();
        Directory.Delete(folder);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Hello"));

        Assert.Equal("validation", refusal.Code);
        Assert.Contains("the agent Assistant works in by default", Assert.Single(refusal.Errors["work_dir"]), StringComparison.Ordinal);
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    private async Task<Engine> StartAsync()
    {
        var engine = await Engine.StartAsync();
        await engine.Services.GetRequiredService<IAgentStore>().ChangeAsync(engine.AgentId, agent => agent with { WorkDir = folder, AddDirs = [added] });
        return engine;
    }
}

using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Skills;

/// <summary>What the model is told of skills, and what it gets when it loads one.</summary>
public sealed class SkillToolTests
{
    [Fact]
    public async Task Skill_IsListedToTheModel_AndLoadedOnUse_WithItsFiles()
    {
        await using var engine = await StartAsync(Calls(Call("load_skill", ("name", "review")), Call("load_skill", ("name", "review"), ("file", "notes/checks.md"))));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var system = engine.Model.Calls.First().First(message => message.Role == ChatRole.System).Text;
        Assert.Contains("- review: How we review.", system, StringComparison.Ordinal);
        Assert.DoesNotContain("Look twice", system, StringComparison.Ordinal);
        var results = await ResultsAsync(engine, task.Id);
        Assert.Contains(results, text => text.StartsWith("Look twice.", StringComparison.Ordinal) && text.Contains("notes/checks.md (6 bytes)", StringComparison.Ordinal));
        Assert.Contains("Tests!", results);
    }

    [Theory]
    [InlineData("other", null, "There is no skill \"other\". There are: review.")]
    [InlineData("review", "../../taskdashboard.db", "outside")]
    [InlineData("review", "/etc/passwd", "outside")]
    [InlineData("review", "missing.md", "There is no file")]
    public async Task WhatIsNoSkillAndWhatLeadsOutOfIt_IsRefusedInWords(string name, string? file, string words)
    {
        await using var engine = await StartAsync(Calls(Call("load_skill", ("name", name), ("file", file))));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Contains(words, Assert.Single(await ResultsAsync(engine, task.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SkillOfTheWorkDir_ThatHasBecomeALink_LeadsNowhere()
    {
        if (OperatingSystem.IsWindows()) return;
        var work = Directory.CreateTempSubdirectory("skills-").FullName;
        var outside = Directory.CreateTempSubdirectory("outside-").FullName;
        await File.WriteAllTextAsync(Path.Join(outside, "key"), "a secret of the host");
        var skill = Directory.CreateDirectory(Path.Join(work, "skills", "own")).FullName;
        await File.WriteAllTextAsync(Path.Join(skill, "SKILL.md"), "---\nname: own\ndescription: Ours.\n---\n");
        await using var engine = await Engine.StartAsync(new AgentScript().For("Work", (messages, observer, token) =>
        {
            Directory.Delete(skill, recursive: true);
            Directory.CreateSymbolicLink(skill, outside);
            return Calls(Call("load_skill", ("name", "own"), ("file", "key")))(messages, observer, token);
        }, Says("Done.")).Play);

        var task = await engine.CreateAsync("Work", command => command with { WorkDir = work });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Contains("not what it was", Assert.Single(await ResultsAsync(engine, task.Id)), StringComparison.Ordinal);
        Directory.Delete(work, recursive: true);
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task Agent_ThatNamesItsSkills_KnowsNoOther()
    {
        await using var engine = await StartAsync(Says("Hello."));
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Skills = [] });
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.DoesNotContain("review", engine.Model.Calls.First().First(message => message.Role == ChatRole.System).Text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> ResultsAsync(Engine engine, string taskId) =>
        [.. (await engine.Reader.ListEventsAsync(taskId, 0, 100)).Select(told => told.Data).OfType<ToolResultData>().Select(result => result.Content)];

    private static async Task<Engine> StartAsync(ScriptedModelProvider.Script first)
    {
        var engine = await Engine.StartAsync(new AgentScript().For("Work", first, Says("Done.")).Play);
        var folder = Path.Combine(engine.DataDirectory, "skills", "review");
        Directory.CreateDirectory(Path.Combine(folder, "notes"));
        await File.WriteAllTextAsync(Path.Combine(folder, "SKILL.md"), "---\nname: review\ndescription: How we review.\n---\nLook twice.\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "notes", "checks.md"), "Tests!");
        return engine;
    }
}

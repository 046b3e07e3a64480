using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Forks;

/// <summary>One order for several, and the choice of one of them.</summary>
public sealed class ComparisonTests
{
    private static IComparisons Comparisons(Engine engine) => engine.Services.GetRequiredService<IComparisons>();

    private static CreateComparison Two(Engine engine, string? key = null, params string?[] models) => new(
        new CreateTask { AgentId = engine.AgentId, Message = "Do it", IdempotencyKey = key },
        [.. (models.Length == 0 ? [null, "scripted/other"] : models).Select(model => new ComparisonCandidate(engine.AgentId, model))]);

    [Fact]
    public async Task Comparison_GivesEachTheOrder_WithItsOwnCopyOfTheFiles_AndIsThereAfterARestart()
    {
        await using var engine = await Engine.StartAsync();
        var file = await engine.UploadAsync("a.txt", "words");
        var command = Two(engine, "k");
        command = command with { Order = command.Order with { Attachments = [file.Id] } };
        var made = await Comparisons(engine).CreateAsync(command);
        foreach (var task in made.Comparison.Items) await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var again = await Comparisons(engine).CreateAsync(command);
        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        var found = await Comparisons(next).FindAsync(made.Comparison.Id);

        Assert.Equal(["scripted/model", "scripted/other"], made.Comparison.Items.Select(task => task.Model));
        Assert.Equal(2, made.Comparison.Items.Select(task => task.ChatId).Distinct().Count());
        Assert.All(made.Comparison.Items.Index(), one => Assert.Equal(new TaskOrigin(OriginKind.Comparison) { ComparisonId = made.Comparison.Id, Position = one.Index }, one.Item.Origin));
        Assert.Equal((made.Comparison.Id, true), (again.Comparison.Id, again.Existing));
        Assert.Equal(made.Comparison.Items.Select(task => task.Id), found!.Items.Select(task => task.Id));
        Assert.Equal(2, AttachmentSamples.AttachmentFiles(engine.DataDirectory).Count);
    }

    [Fact]
    public async Task WhereOneMayNotBeMade_NoneIs()
    {
        await using var engine = await Engine.StartAsync();
        var unknown = await Assert.ThrowsAsync<RefusedException>(() => Comparisons(engine).CreateAsync(Two(engine, null, null, "nobody/none")));
        var alone = await Assert.ThrowsAsync<RefusedException>(() => Comparisons(engine).CreateAsync(Two(engine, null, [null])));
        var many = await Assert.ThrowsAsync<RefusedException>(() => Comparisons(engine).CreateAsync(Two(engine, null, new string?[7])));
        await engine.Services.GetRequiredService<Core.Agents.IAgentStore>().SaveAsync((await engine.Services.GetRequiredService<Core.Agents.IAgentStore>().FindAsync(engine.AgentId))! with { ArchivedAt = DateTimeOffset.UnixEpoch });
        var archived = await Assert.ThrowsAsync<RefusedException>(() => Comparisons(engine).CreateAsync(Two(engine)));

        Assert.Contains("model", unknown.Errors.Keys);
        Assert.All([alone, many], refusal => Assert.Contains("candidates", refusal.Errors.Keys));
        Assert.Equal("agent_archived", archived.Code);
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    [Fact]
    public async Task Pick_MarksOne_AndStopsThoseThatStillRun_AndCanBeChanged()
    {
        await using var engine = await Engine.StartAsync(model => model
            .Always((_, _, token) => ScriptedModelProvider.SayThenWait(["One moment."], Task.Delay(Timeout.Infinite, token), token)));
        var made = (await Comparisons(engine).CreateAsync(Two(engine))).Comparison;
        foreach (var task in made.Items) await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);

        var picked = await Comparisons(engine).PickAsync(made.Id, made.Items[1].Id, stopsOthers: true, "you");
        await engine.WaitForAsync(made.Items[0].Id, AgentTaskStatus.Cancelled);
        Assert.Equal((made.Items[1].Id, AgentTaskStatus.Running), (picked.PickedTaskId, (await engine.Reader.FindAsync(made.Items[1].Id))!.Status));

        Assert.Equal(made.Items[0].Id, (await Comparisons(engine).PickAsync(made.Id, made.Items[0].Id, stopsOthers: false, "you")).PickedTaskId);
        Assert.Equal(1, await Comparisons(engine).StopAsync(made.Id, "you"));
        await engine.WaitForAsync(made.Items[1].Id, AgentTaskStatus.Cancelled);
        var stranger = await Assert.ThrowsAsync<RefusedException>(() => Comparisons(engine).PickAsync(made.Id, "task_other", false, "you"));
        Assert.Contains("task_id", stranger.Errors.Keys);
        Assert.Null(await Comparisons(engine).FindAsync("comparison_none"));
    }
}

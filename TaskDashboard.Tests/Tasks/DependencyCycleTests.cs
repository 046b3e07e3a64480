using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

/// <summary>What would wait for itself is refused, over however many corners, and nothing is changed.</summary>
public sealed class DependencyCycleTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;
    private AgentTask busy = null!;

    public async Task InitializeAsync()
    {
        engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));
        busy = await engine.CreateAsync("Busy");
        await engine.WaitForAsync(busy.Id, AgentTaskStatus.Running);
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Update_ToDependOnItself_OrOnWhatWaitsForIt_IsRefused()
    {
        var first = await CreateAsync(busy.Id);
        var second = await CreateAsync(first.Id);
        var third = await CreateAsync(second.Id);

        foreach (var target in new[] { first, second, third })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => DependAsync(first.Id, target.Id));
            Assert.Equal((RefusalKind.Unprocessable, "dependency_cycle"), (refused.Kind, refused.Code));
            Assert.Contains("depends_on", refused.Errors.Keys);
        }

        Assert.Equal(first.Version, (await engine.Reader.FindAsync(first.Id))!.Version);
    }

    [Fact]
    public async Task Create_OfAChildThatStartsAfterItsParent_OrAfterWhatWaitsForIt_IsRefusedAndLeavesNoRow()
    {
        var follower = await CreateAsync(busy.Id);
        var nephew = await CreateAsync(follower.Id);
        var before = engine.Reader.Counts.Total;

        foreach (var target in new[] { busy, follower, nephew })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(
                () => engine.CreateAsync("Child", command => command with { ParentTaskId = busy.Id, DependsOn = [new TaskDependency(target.Id)] }));
            Assert.Equal("dependency_cycle", refused.Code);
        }

        Assert.Equal(before, engine.Reader.Counts.Total);
    }

    [Fact]
    public async Task Create_OfAGrandchildThatStartsAfterItsGrandparent_IsRefused()
    {
        var child = await engine.CreateAsync("Child", command => command with { ParentTaskId = busy.Id });

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => engine.CreateAsync("Grandchild", command => command with { ParentTaskId = child.Id, DependsOn = [new TaskDependency(busy.Id)] }));

        Assert.Equal("dependency_cycle", refused.Code);
    }

    [Fact]
    public async Task Create_OfAChildThatStartsAfterAParentThatHasEnded_IsNoCycle()
    {
        gate.SetResult();
        await engine.WaitForAsync(busy.Id, AgentTaskStatus.Completed);

        var child = await engine.CreateAsync("Child", command => command with { ParentTaskId = busy.Id, DependsOn = [new TaskDependency(busy.Id)] });

        await engine.WaitForAsync(child.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Create_OfSiblingsInAChain_IsNoCycle()
    {
        var first = await engine.CreateAsync("First child", command => command with { ParentTaskId = busy.Id });
        var second = await engine.CreateAsync("Second child", command => command with { ParentTaskId = busy.Id, DependsOn = [new TaskDependency(first.Id)] });
        var later = await engine.CreateAsync("Later", command => command with { DependsOn = [new TaskDependency(second.Id), new TaskDependency(busy.Id)] });

        gate.SetResult();

        await engine.WaitForAsync(later.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Updates_InParallelThatWouldCloseACycleTogether_LetOneOfThemIn()
    {
        for (var round = 0; round < 20; round++)
        {
            var one = await CreateAsync(busy.Id);
            var other = await CreateAsync(busy.Id);

            var refused = await Task.WhenAll(
                Task.Run(() => IsRefusedAsync(() => DependAsync(one.Id, other.Id))), Task.Run(() => IsRefusedAsync(() => DependAsync(other.Id, one.Id))));

            Assert.Single(refused, wasRefused => wasRefused);
        }
    }

    [Fact]
    public async Task Update_OfATaskThatRuns_IsTooLate_AndAnUnknownDependencyIsNamed()
    {
        var pending = await CreateAsync(busy.Id);

        var late = await Assert.ThrowsAsync<RefusedException>(() => DependAsync(busy.Id, pending.Id));
        var unknown = await Assert.ThrowsAsync<RefusedException>(() => DependAsync(pending.Id, "task_none"));

        Assert.Equal((RefusalKind.Conflict, "task_started"), (late.Kind, late.Code));
        Assert.Equal(RefusalKind.Validation, unknown.Kind);
        Assert.Contains("task_none", unknown.Errors["depends_on"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_ToDependOnNothing_LetsItStart()
    {
        var pending = await CreateAsync(busy.Id);

        await engine.Tasks.UpdateAsync(pending.Id, new UpdateTask { DependsOn = [] });

        var running = await engine.WaitForAsync(pending.Id, AgentTaskStatus.Running);
        Assert.Empty(running.DependsOn);
    }

    private Task<AgentTask> CreateAsync(string after) => engine.CreateAsync("Follow", command => command with { DependsOn = [new TaskDependency(after)] });

    private Task<AgentTask> DependAsync(string taskId, string on) => engine.Tasks.UpdateAsync(taskId, new UpdateTask { DependsOn = [new TaskDependency(on)] });

    private static async Task<bool> IsRefusedAsync(Func<Task> verb)
    {
        try
        {
            await verb();
            return false;
        }
        catch (RefusedException refused)
        {
            Assert.Equal("dependency_cycle", refused.Code);
            return true;
        }
    }
}

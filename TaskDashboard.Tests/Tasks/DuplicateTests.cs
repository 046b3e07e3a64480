using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

/// <summary>The same order while it is being carried out makes no second task.</summary>
public sealed class DuplicateTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;

    public async Task InitializeAsync() =>
        engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Create_OfTheSame_InParallel_MakesOneTask()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => CreateAsync())));

        Assert.Single(created.Select(made => made.Task.Id).Distinct());
        Assert.Single(created, made => !made.Existing);
        Assert.Equal(63, created.Count(made => made.Duplicate));
        Assert.Equal(1, engine.Reader.Counts.Total);
    }

    [Fact]
    public async Task Create_WithTheMetadataInAnotherOrder_IsTheSame()
    {
        var first = await CreateAsync(command => command with { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        var second = await CreateAsync(command => command with { Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } });

        Assert.Equal((first.Task.Id, true), (second.Task.Id, second.Duplicate));
    }

    [Fact]
    public async Task Create_WithEmptyMetadata_IsTheSameAsWithNone()
    {
        var first = await CreateAsync();
        var second = await CreateAsync(command => command with { Metadata = new Dictionary<string, string>() });

        Assert.Equal(first.Task.Id, second.Task.Id);
    }

    [Fact]
    public async Task Create_WithAnotherPriorityOrTitle_IsTheSame()
    {
        var first = await CreateAsync();
        var second = await CreateAsync(command => command with { Priority = 3, Title = "Urgent", TimeoutS = 5, MaxAttempts = 4 });

        Assert.Equal(first.Task.Id, second.Task.Id);
    }

    [Fact]
    public async Task Create_ThatDiffersInWhatWhoOrWhere_IsAnotherTask()
    {
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var first = (await CreateAsync()).Task;
        var otherAgent = (await agents.ListAsync()).First(agent => agent.Id != engine.AgentId);

        var others = new List<CreatedTask>
        {
            await CreateAsync(command => command with { Message = "Something else" }),
            await CreateAsync(command => command with { Metadata = new Dictionary<string, string> { ["a"] = "1" } }),
            await CreateAsync(command => command with { Metadata = new Dictionary<string, string> { ["a"] = "2" } }),
            await CreateAsync(command => command with { AgentId = otherAgent.Id }),
            await CreateAsync(command => command with { ChatId = first.ChatId }),
            await CreateAsync(command => command with { ParentTaskId = first.Id }),
            await CreateAsync(command => command with { DependsOn = [new TaskDependency(first.Id)] }),
            await CreateAsync(command => command with { DelayUntil = DateTimeOffset.UtcNow.AddDays(1) }),
            await CreateAsync(command => command with { WorkDir = Path.GetTempPath() }),
            await CreateAsync(command => command with { AddDirs = [Path.GetTempPath()] }),
            await CreateAsync(command => command with { EnableSkills = false }),
            await CreateAsync(command => command with { EnableMcp = false }),
            await CreateAsync(command => command with { AllowDuplicates = true }),
        };

        Assert.All(others, other => Assert.False(other.Existing));
        Assert.Equal(others.Count, others.Select(other => other.Task.Id).Distinct().Count());
    }

    [Fact]
    public async Task Create_ThatTurnsOnWhatIsOn_IsTheSame()
    {
        var first = await CreateAsync();
        var second = await CreateAsync(command => command with { EnableSkills = true, EnableMcp = true });

        Assert.Equal(first.Task.Id, second.Task.Id);
    }

    [Fact]
    public async Task Create_AfterItsEnd_IsANewTask_ButNotWhileItIsTriedAgain()
    {
        var first = (await CreateAsync()).Task;
        await engine.Tasks.CancelAsync(first.Id, CancelScope.Task, "you");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Cancelled);
        var second = (await CreateAsync()).Task;
        Assert.NotEqual(first.Id, second.Id);

        // Two live tasks with one order now; when one has ended, the other is still found.
        await engine.Tasks.RetryAsync(first.Id);
        await engine.Tasks.CancelAsync(first.Id, CancelScope.Task, "you");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Cancelled);

        Assert.Equal(second.Id, (await CreateAsync()).Task.Id);
    }

    [Fact]
    public async Task Create_AfterARestart_StillFindsTheLiveTask()
    {
        var first = (await CreateAsync()).Task;

        await using var next = await Engine.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)), engine.CopyAsLeftByAKill());
        var again = await next.Tasks.CreateAsync(new CreateTask { AgentId = next.AgentId, Message = "Do it" });

        Assert.Equal((first.Id, true), (again.Task.Id, again.Duplicate));
        gate.SetResult();
    }

    [Fact]
    public async Task Create_WithAKeyOfItsOwn_IsAnsweredWithTheLiveTask_AndWithTheSameOneAfterItsEnd()
    {
        var first = (await CreateAsync()).Task;

        var again = await CreateAsync(command => command with { IdempotencyKey = "key" });
        gate.SetResult();
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var repeated = await CreateAsync(command => command with { IdempotencyKey = "key" });

        Assert.Equal((first.Id, true, true), (again.Task.Id, again.Existing, again.Duplicate));
        Assert.Equal((first.Id, true, false), (repeated.Task.Id, repeated.Existing, repeated.Duplicate));
    }

    private Task<CreatedTask> CreateAsync(Func<CreateTask, CreateTask>? with = null)
    {
        var command = new CreateTask { AgentId = engine.AgentId, Message = "Do it" };
        return engine.Tasks.CreateAsync(with is null ? command : with(command));
    }
}

using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

public sealed class TaskCreationTests
{
    [Fact]
    public async Task Create_InParallelWithOneIdempotencyKey_MakesOneTask()
    {
        await using var engine = await Engine.StartAsync();
        var command = new CreateTask { AgentId = engine.AgentId, Message = "Once", IdempotencyKey = "key-1" };

        var created = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => engine.Tasks.CreateAsync(command))));

        Assert.Single(created, made => !made.Existing);
        Assert.Single(created.Select(made => made.Task.Id).Distinct());
        Assert.Single((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    [Fact]
    public async Task Create_WithAKeyThatWasUsedForSomethingElse_IsAConflictAndStoresNothing()
    {
        await using var engine = await Engine.StartAsync();
        await engine.CreateAsync("One thing", command => command with { IdempotencyKey = "key-1" });

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Another thing", command => command with { IdempotencyKey = "key-1" }));

        Assert.Equal((RefusalKind.Conflict, "idempotency_key_reused"), (refused.Kind, refused.Code));
        Assert.Single((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    [Theory]
    [InlineData("agent_none", "Hello", RefusalKind.NotFound, "not_found")]
    [InlineData(null, "", RefusalKind.Validation, "validation")]
    [InlineData(null, "  \n ", RefusalKind.Validation, "validation")]
    [InlineData("", "Hello", RefusalKind.Validation, "validation")]
    public async Task Create_WithBadInput_IsRefusedAndStoresNothing(string? agentId, string message, RefusalKind kind, string code)
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync(message, command => command with { AgentId = agentId ?? command.AgentId }));

        Assert.Equal((kind, code), (refused.Kind, refused.Code));
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    [Fact]
    public async Task Create_WithSeveralProblems_TellsThemAllAtOnce()
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("", command => command with
        {
            Priority = 7,
            Name = "parent",
            TimeoutS = 0,
            WorkDir = "relative",
        }));

        Assert.Equal(["message", "name", "priority", "timeout_s", "work_dir"], refused.Errors.Keys.Order());
    }

    [Fact]
    public async Task Create_WithAMessageOverOneMebibyte_IsTooLarge()
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync(new string('ä', 600_000)));

        Assert.Equal(RefusalKind.TooLarge, refused.Kind);
        Assert.Equal(AgentTaskStatus.Pending, (await engine.CreateAsync(new string('a', 1 << 20))).Status);
    }

    [Theory]
    [InlineData("Short", "Short")]
    [InlineData("  Two\n\nlines  ", "Two lines")]
    [InlineData("12345678901234567890123456789012345678901234567890", "12345678901234567890123456789012345678901234567890")]
    [InlineData("123456789012345678901234567890123456789012345678901", "12345678901234567890123456789012345678901234567890…")]
    public void Title_IsTheFirstFiftyCharactersOfTheMessage(string message, string title) => Assert.Equal(title, TaskTitle.FromMessage(message));

    [Fact]
    public void Title_NeverCutsACharacterInTwo()
    {
        var family = "👩‍👩‍👧‍👦";

        Assert.Equal(string.Concat(Enumerable.Repeat(family, 50)) + "…", TaskTitle.FromMessage(string.Concat(Enumerable.Repeat(family, 60))));
    }
}

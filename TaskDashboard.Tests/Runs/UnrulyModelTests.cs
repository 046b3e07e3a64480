using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>Models that say too much or break: each has a visible outcome, keeps what was said before, and frees its slot.</summary>
public sealed class UnrulyModelTests
{
    [Fact]
    public Task ChunkOverTheLimit_FailsWithLimit_AndKeepsWhatCameBefore() =>
        FailsAsync((_, _, _) => ScriptedModelProvider.Say("Before.", new string('x', 10_000_000), "Behind."), ReasonCodes.Limit, "MaxAnswerCharacters");

    [Fact]
    public Task AnswerThatNeverEnds_FailsWithLimit_AndKeepsWhatCameBefore() =>
        FailsAsync((_, _, token) => TalkAsync(token), ReasonCodes.Limit, "MaxAnswerCharacters", ("Limits:MaxAnswerCharacters", "100000"));

    [Fact]
    public Task ArgumentsOverTheLimit_FailWithLimit_AndTheCallIsNotMade() =>
        FailsAsync(
            (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Text("Before."), ScriptedModelProvider.Call("call", "calculate", ("expression", new string('1', 2_000)))]),
            ReasonCodes.Limit, "MaxAnswerCharacters", ("Limits:MaxAnswerCharacters", "1000"));

    [Fact]
    public async Task ArgumentsThatAreNoText_AreToldToTheModel_AndTheCallIsNotMade()
    {
        var half = System.Text.Json.JsonDocument.Parse("""
            "\ud800"
            """).RootElement;
        await using var engine = await Engine.StartAsync(new AgentScript().For("Misbehave", Calls(Call("calculate", ("expression", half))), Says("Done.")).Play);

        var task = await engine.CreateAsync("Misbehave");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var result = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<ToolResultData>().Single();
        Assert.Equal(StepOutcome.Error, result.Status);
        Assert.Contains("not valid", result.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-5)]
    public async Task TokensThatNobodyCanHaveUsed_BreakNoSum(long tokens)
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Play(
            [ScriptedModelProvider.Text("Done."), new ChatResponseUpdate { Contents = [new UsageContent(new UsageDetails { InputTokenCount = tokens, OutputTokenCount = tokens })] }])));

        var task = await engine.CreateAsync("Misbehave");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Again"));

        var done = await engine.WaitForAsync(task.Id, one => one is { Status: AgentTaskStatus.Completed, RunCount: 2 });
        Assert.InRange(done.Usage.Input, 0, 4_000_000_000_000);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(System.Text.Json.JsonException))]
    public Task ProviderThatThrowsWhatNobodyForesaw_FailsWithTheMessage(Type type) =>
        FailsAsync((_, _, _) => BreakAsync((Exception)Activator.CreateInstance(type, "Nobody foresaw this.")!), ReasonCodes.Error, "Nobody foresaw this.");

    [Fact]
    public Task ProviderThatRefuses_FailsWithItsWords() =>
        FailsAsync(
            (_, _, _) => BreakAsync(new ProviderException(ProviderException.Rejected, "No such model.", retryable: false)), ReasonCodes.Provider, "No such model.");

    private static async Task FailsAsync(ScriptedModelProvider.Script script, string reason, string words, params (string, string)[] settings)
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Misbehave", script).For("Work", Says("Done.")).Play, settings: [("Limits:MaxConcurrentRuns", "1"), .. settings]);

        var task = await engine.CreateAsync("Misbehave");
        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);
        await engine.WaitForAsync((await engine.CreateAsync("Work")).Id, AgentTaskStatus.Completed);

        Assert.Equal(reason, failed.Reason);
        Assert.Contains(words, failed.ReasonText, StringComparison.Ordinal);
        var events = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).ToList();
        var said = events.OfType<MessageData>().Last();
        Assert.StartsWith("Before.", said.Text, StringComparison.Ordinal);
        Assert.True(said.Partial);
        Assert.InRange(said.Text.Length, 1, 4_000_000);
        Assert.Single(events.OfType<ErrorData>());
        Assert.Empty(events.OfType<ToolUseData>());
        Assert.Equal(StepOutcome.Error, Assert.Single((await engine.Reader.FindRunAsync(failed.RunId!))!.Steps!).Outcome);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> TalkAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text("Before.");
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Yield();
            yield return ScriptedModelProvider.Text("and so on, ");
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BreakAsync(Exception exception)
    {
        yield return ScriptedModelProvider.Text("Before.");
        await Task.Yield();
        throw exception;
    }
}

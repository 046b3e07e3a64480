using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Exchanges;

/// <summary>What was sent to a model and what came back is on disk with the step, whole, once and without secrets.</summary>
public sealed class ExchangeRecordingTests
{
    private const string Secret = "sk-secret-\"12345678\"";

    [Fact]
    public async Task Exchange_HasEverythingThatWasSent_AndEveryPieceThatCameBack()
    {
        await using var engine = await Engine.StartAsync(model => model
            .Then(
                new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("Hm") { ProtectedData = "signed" }]), ScriptedModelProvider.Text("One "), ScriptedModelProvider.Text("moment \ud83d"),
                ScriptedModelProvider.Text("\ude00."), ScriptedModelProvider.Call("call_a", "calculate", ("expression", "1 + 1")), ScriptedModelProvider.Usage(11, 7),
                new ChatResponseUpdate { FinishReason = ChatFinishReason.ToolCalls })
            .Then(ScriptedModelProvider.Text("Two.")));
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Completed);
        var steps = (await engine.Reader.FindRunAsync(task.RunId!))!.Steps!;

        var first = (await FindAsync(engine, steps[0]))!;
        Assert.Equal((task.Id, task.RunId, "scripted/model"), (first.TaskId, first.RunId, first.Model));
        Assert.Equal(["system", "user"], first.Messages.Select(message => message.Role));
        Assert.Equal("Count", first.Messages[1].Contents.Single().Text);
        Assert.Contains(first.Tools, tool => tool.Name == "calculate" && tool.Parameters!.Value.GetProperty("properties").TryGetProperty("expression", out _));
        var updates = first.Response.Updates;
        Assert.Equal("One moment \U0001F600.", first.Response.Text);
        Assert.Equal("Hm", first.Response.Thought);
        Assert.Equal(["One ", "moment ", "\U0001F600."], updates.Select(update => update.Text).OfType<string>());
        Assert.Equal("signed", updates.Select(update => update.ProtectedData).OfType<string>().Single());
        Assert.Equal(("call_a", "calculate"), updates.Where(update => update.Call is not null).Select(update => (update.Call!.Id, update.Call.Name)).Single());
        Assert.Equal((11, 7), updates.Where(update => update.Usage is not null).Select(update => (update.Usage!.Input, update.Usage.Output)).Single());
        Assert.Equal("tool_calls", updates[^1].Finish);
        Assert.True(first.Response is { Ended: true, Error: null, Cut: false, Redacted: false });
        Assert.Equal(updates.Select(update => update.AtMs).Order(), updates.Select(update => update.AtMs));

        Assert.Null(await FindAsync(engine, steps[1]));
        var second = (await FindAsync(engine, steps[2]))!;
        Assert.Equal(["system", "user", "assistant", "tool"], second.Messages.Select(message => message.Role));
        Assert.Equal(first.Messages.Select(message => message.Digest), second.Messages.Take(2).Select(message => message.Digest));
        Assert.Equal(["thought", "text", "call"], second.Messages[2].Contents.Select(content => content.Type));
        Assert.Equal(("result", "call_a", "1 + 1 = 2"), (second.Messages[3].Contents[0].Type, second.Messages[3].Contents[0].CallId, second.Messages[3].Contents[0].Text));
    }

    [Fact]
    public async Task TwentyCalls_OfOneConversation_StoreEachMessageOnce_AlsoOverRuns()
    {
        var calls = Enumerable.Range(0, 19).Select(number => Calls(Call("calculate", ("expression", $"{number} + 1")))).ToArray();
        await using var engine = await Engine.StartAsync(new AgentScript().For("Count", [.. calls, Says("Done."), Says("Again.")]).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Completed);
        var run = (await engine.Reader.FindRunAsync(task.RunId!))!;

        var last = (await FindAsync(engine, run.Steps![^1]))!;
        Assert.Equal(2 + 19 * 2, last.Messages.Count);
        Assert.Equal((20, last.Messages.Count + 1), await CountAsync(engine));

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More"));
        await engine.WaitForAsync(task.Id, row => row is { RunCount: 2, Status: AgentTaskStatus.Completed });
        Assert.Equal((21, last.Messages.Count + 1 + 2), await CountAsync(engine));

        await engine.Tasks.DeleteAsync(task.Id, "you");
        Assert.Equal((0, 0), await CountAsync(engine));
    }

    [Fact]
    public async Task FailedCall_IsRecordedWithItsError_AndItsAttemptsAreOnTheStep()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, observer, token) => FailAsync(observer, token)));
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Failed);
        var step = (await engine.Reader.FindRunAsync(task.RunId!))!.Steps!.Single();

        Assert.Equal((StepOutcome.Error, 2), (step.Outcome, step.Retries));
        Assert.Equal([("Busy.", false), ("Too fast.", true)], step.Attempts!.Select(attempt => (attempt.Cause, attempt.RateLimited)));
        Assert.All(step.Attempts!, attempt => Assert.True(attempt.AtMs + attempt.WaitedMs <= step.DurationMs));
        var exchange = (await FindAsync(engine, step))!;
        Assert.Equal("Half a", exchange.Response.Text);
        Assert.False(exchange.Response.Ended);
        Assert.Equal(new ExchangeError(ProviderException.Cut, "The line is dead.", true), exchange.Response.Error);
    }

    [Fact]
    public async Task InterruptedCall_IsRecordedAsFarAsItCame()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Far, ", "far"], never.Task, token)));
        var task = await engine.CreateAsync("Tell");
        await engine.WatchUntilAsync(task.Id, frame => frame is Core.Events.DeltaFrame { Text: "far" } or Core.Events.DeltaFrame { Text: "Far, far" });
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Stop", MessageMode.Interrupt));
        task = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var step = (await engine.Reader.FindRunAsync(task.RunId!))!.Steps![0];
        var exchange = (await FindAsync(engine, step))!;
        Assert.Equal(StepOutcome.Cancelled, step.Outcome);
        Assert.Equal(("Far, far", false, null), (exchange.Response.Text, exchange.Response.Ended, exchange.Response.Error));
    }

    [Fact]
    public async Task Secrets_AreInNoExchange_AlsoWhereAPieceEndsInTheMiddleOfOne()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Then(
                ScriptedModelProvider.Text("It is " + Secret[..12]), ScriptedModelProvider.Text(Secret[12..] + "."), ScriptedModelProvider.Call("call_a", "calculate", ("expression", Secret))),
            settings: [("Providers:other:Type", "OpenAI"), ("Providers:other:ApiKey", Secret), ("Providers:other:BaseUrl", "http://127.0.0.1:9"), ("Providers:other:Models:0", "model")]);
        var task = await engine.WaitForAsync((await engine.CreateAsync($"The key is {Secret}")).Id, AgentTaskStatus.Completed);

        foreach (var step in (await engine.Reader.FindRunAsync(task.RunId!))!.Steps!.Where(step => step.Kind == StepKind.Model))
        {
            var exchange = (await FindAsync(engine, step))!;
            var text = string.Join('\n', [.. exchange.Messages.SelectMany(message => message.Contents).Select(content => $"{content.Text} {content.Arguments}"), exchange.Response.Text, .. exchange.Response.Updates.Select(update => $"{update.Call?.Arguments}")]);
            Assert.DoesNotContain("12345678", text, StringComparison.Ordinal);
            Assert.Contains("The key is [redacted]", text, StringComparison.Ordinal);
            if (step.Index == 1) Assert.Equal(("It is [redacted].", true), (exchange.Response.Text, exchange.Response.Redacted));
        }
    }

    [Fact]
    public async Task LongCall_IsCutWithANote_AndTheNextOneStillKnowsItsMessages()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Count", Calls(Call("calculate", ("expression", "1"))), Says(new string('y', 40_000))).Play, settings: ("Exchanges:MaxBytesPerCall", "16384"));
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count " + new string('x', 60_000))).Id, AgentTaskStatus.Completed);
        var steps = (await engine.Reader.FindRunAsync(task.RunId!))!.Steps!;

        var (first, last) = ((await FindAsync(engine, steps[0]))!, (await FindAsync(engine, steps[2]))!);
        var cut = first.Messages[1];
        Assert.InRange(cut.CutFrom!.Value, 60_000, 61_000);
        Assert.InRange(cut.Contents[0].Text!.Length, 200, 16_384);
        Assert.StartsWith("Count xxx", cut.Contents[0].Text, StringComparison.Ordinal);
        Assert.Equal(cut.Digest, last.Messages[1].Digest);
        Assert.True(last.Response.Cut);
    }

    [Fact]
    public async Task Off_RecordsNothing()
    {
        await using var engine = await Engine.StartAsync(settings: ("Exchanges:Record", "false"));
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Completed);

        Assert.Null(await FindAsync(engine, (await engine.Reader.FindRunAsync(task.RunId!))!.Steps!.Single()));
        Assert.Equal((0, 0), await CountAsync(engine));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(100_000)]
    public void Blob_ComesOutAsItWentIn(int length)
    {
        var content = Enumerable.Range(0, length).Select(number => (byte)(number % 7)).ToArray();

        Assert.Equal(content, ExchangeBlob.Unpack(ExchangeBlob.Pack(content)));
        if (length > 1_000) Assert.True(ExchangeBlob.Pack(content).Length < length / 10);
        Assert.Throws<InvalidDataException>(() => ExchangeBlob.Unpack([9, 9]));
    }

    private static Task<ModelExchange?> FindAsync(Engine engine, RunStep step) => engine.Services.GetRequiredService<IExchangeReader>().FindAsync(step.RunId, step.StepId);

    private static async Task<(int Exchanges, int Parts)> CountAsync(Engine engine)
    {
        await using var context = await engine.Store.Contexts.CreateDbContextAsync();
        return (await context.Exchanges.CountAsync(), await context.ExchangeParts.CountAsync());
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> FailAsync(IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow, false, "Busy."), cancellationToken);
        await observer.RetryStartingAsync(2, cancellationToken);
        await observer.RetryingAsync(new ModelRetry(3, DateTimeOffset.UtcNow, true, "Too fast."), cancellationToken);
        await observer.RetryStartingAsync(3, cancellationToken);
        yield return ScriptedModelProvider.Text("Half a");
        throw new ProviderException(ProviderException.Cut, "The line is dead.", retryable: true);
    }
}

using System.ComponentModel;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.ModelServerAnswer;
using static TaskDashboard.Tests.Fakes.ModelServerStep;

namespace TaskDashboard.Tests.Providers;

/// <summary>What every provider promises, tried with the vendor's real library over real HTTP.</summary>
public abstract partial class RemoteProviderTests : IAsyncLifetime
{
    protected const string Key = "sk-secret-4711";

    private readonly List<IDisposable> providers = [];

    protected FakeModelServer Server { get; private set; } = null!;

    protected RecordingCallObserver Observer { get; } = new();

    public async Task InitializeAsync()
    {
        Server = CreateServer();
        await Server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        providers.ForEach(provider => provider.Dispose());
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task Text_StreamsPieceByPieceWithFinishReasonModelAndUsage()
    {
        Server.Answers(Of(Text("Hel", "lo ", "wörld 🌍"), Usage(11, 7, cached: 3)));

        var updates = await ReadAsync(Provider());

        Assert.Equal(["Hel", "lo ", "wörld 🌍"], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Contains(updates, update => update.FinishReason == ChatFinishReason.Stop);
        Assert.Equal("fake", updates[0].ModelId);
        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((7, 3), (usage.OutputTokenCount, usage.CachedInputTokenCount));
        Assert.True(usage.InputTokenCount is 11 or 14, "Anthropic counts cached tokens beside the others");
    }

    [Fact]
    public async Task Text_ArrivesBeforeTheAnswerIsWhole()
    {
        Server.Answers(Of(Text("first"), Stall));
        using var cancellation = new CancellationTokenSource();

        await using var updates = Stream(Provider(), cancellation.Token).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("first", updates.Current.Text);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());
    }

    [Fact]
    public async Task AttachedImageAndText_GoAlongWithTheMessage()
    {
        // Larger than the pieces that it is written in, and of no round length.
        var image = Enumerable.Range(0, 100_001).Select(number => (byte)number).ToArray();
        var provider = Provider();
        Assert.True(provider.TakesImages("fake"));

        await ReadAsync(provider, [new ChatMessage(ChatRole.User, [new TextContent("Look"), new DataContent(image, "image/png"), new TextContent("The file \"a\" …")])]);
        await ReadAsync(provider, [new ChatMessage(ChatRole.User, [new TextContent("Read"), new TextContent("The file a.txt …")])]);

        AssertAttachments(Server.Requests, Convert.ToBase64String(image));
    }

    [Fact]
    public async Task Thoughts_ArriveAsReasoning()
    {
        Server.Answers(Of(Thought("let me ", "think"), Text("done")));

        var updates = await ReadAsync(Provider());

        Assert.Equal("let me think", string.Concat(updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text)));
        Assert.Equal("done", string.Concat(updates.Select(update => update.Text)));
    }

    [Fact]
    public async Task ParallelToolCalls_OverTwoRounds_ReachTheModelWithTheirResults()
    {
        Server.Answers(
            Of(Text("Looking."), Calls(("call_1", "add", """{"left":2,"right":3}"""), ("call_2", "add", """{"left":20,"right":22}"""))),
            Of(Calls(("call_3", "add", """{"left":5,"right":42}"""))),
            Of(Text("47")));
        var add = AIFunctionFactory.Create(([Description("One of two")] int left, int right) => left + right, "add", "Adds two numbers");
        var options = new ChatOptions { Tools = [add], Instructions = "Be exact." };
        List<ChatMessage> messages = [new(ChatRole.User, "2+3 and 20+22, then both")];
        var provider = Provider();
        List<List<FunctionCallContent>> rounds = [];
        for (var round = 0; round < 3; round++)
        {
            var response = (await ReadAsync(provider, messages, options)).ToChatResponse();
            messages.AddRange(response.Messages);
            List<FunctionCallContent> calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
            rounds.Add(calls);
            List<AIContent> results = [];
            foreach (var call in calls)
            {
                Assert.Null(call.Exception);
                results.Add(new FunctionResultContent(call.CallId, await add.InvokeAsync(new AIFunctionArguments(call.Arguments))));
            }

            if (results.Count > 0) messages.Add(new ChatMessage(ChatRole.Tool, results));
        }

        Assert.Equal(["call_1", "call_2"], rounds[0].Select(call => call.CallId));
        Assert.Equal(["call_3"], rounds[1].Select(call => call.CallId));
        Assert.Equal("47", messages[^1].Text);
        AssertToolRounds(Server.Requests);
    }

    [Fact]
    public async Task BrokenToolArguments_AreHandedOnAsTheCallsException()
    {
        Server.Answers(Of(Calls(("call_1", "add", """{"left": """))));

        var call = Assert.Single((await ReadAsync(Provider())).SelectMany(update => update.Contents).OfType<FunctionCallContent>());

        Assert.NotNull(call.Exception);
        Assert.Equal("add", call.Name);
    }

    [Fact]
    public async Task RateLimit_WaitsAsLongAsAskedAndTellsBeforehand()
    {
        var time = new ManualTimeProvider();
        Server.Answers(Error(429, """{"error":{"message":"slow down"}}""", retryAfter: "7"), Of(Text("ok")));

        var reading = ReadAsync(Provider(time: time));
        await Eventually.TrueAsync(() => Observer.Retries.Count == 1 && time.ArmedTimers == 1);
        var retry = Assert.Single(Observer.Retries);
        Assert.Equal((2, true, time.GetUtcNow().AddSeconds(7)), (retry.Attempt, retry.RateLimited, retry.DueAt));
        Assert.Contains("slow down", retry.Cause, StringComparison.Ordinal);
        Assert.Equal(["retrying 2"], Observer.Log);
        Assert.Single(Server.Requests);
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("ok", Join(await reading));
        Assert.Equal(["retrying 2", "starting 2"], Observer.Log);
    }

    [Fact]
    public async Task RateLimit_WithADate_WaitsUntilThen()
    {
        var time = new ManualTimeProvider();
        Server.Answers(Error(429, retryAfter: time.GetUtcNow().AddSeconds(90).ToString("R")), Of(Text("ok")));

        var reading = ReadAsync(Provider(time: time));
        await Eventually.TrueAsync(() => Observer.Retries.Count == 1 && time.ArmedTimers == 1);
        Assert.Equal(time.GetUtcNow().AddSeconds(90), Observer.Retries.Single().DueAt);
        time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal("ok", Join(await reading));
    }

    [Fact]
    public async Task RateLimit_OnEveryAttempt_FailsAsSuch()
    {
        Server.Answers(Error(429, retryAfter: "0"));

        var failure = await FailsAsync(Provider(attempts: 3));

        Assert.Equal((ProviderException.RateLimited, true), (failure.Code, failure.Retryable));
        Assert.Equal(3, Server.Requests.Count);
    }

    [Fact]
    public async Task ServerError_IsTriedAgainAndIsNoRateLimit()
    {
        Server.Answers(Error(503, "overloaded", retryAfter: "0"), Error(500, retryAfter: "0"), Of(Text("ok")));

        Assert.Equal("ok", Join(await ReadAsync(Provider())));
        Assert.Equal(["retrying 2", "starting 2", "retrying 3", "starting 3"], Observer.Log);
        Assert.All(Observer.Retries, retry => Assert.False(retry.RateLimited));
    }

    [Fact]
    public async Task ServerError_OnEveryAttempt_FailsAsUnavailableInItsWords()
    {
        Server.Answers(Error(503, "the machine room is on fire", retryAfter: "0"));

        var failure = await FailsAsync(Provider());

        Assert.Equal((ProviderException.Unavailable, true), (failure.Code, failure.Retryable));
        Assert.Contains("the machine room is on fire", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public async Task NobodyListening_FailsAsUnavailable()
    {
        await Server.DisposeAsync();

        Assert.Equal(ProviderException.Unavailable, (await FailsAsync(Provider(attempts: 1))).Code);
    }

    protected abstract FakeModelServer CreateServer();

    protected abstract void AssertAttachments(IReadOnlyList<RecordedModelRequest> requests, string image);

    private protected abstract RemoteProvider CreateProvider(ProviderOptions options, TimeProvider time);

    protected abstract Uri BaseUrl { get; }

    /// <summary>Checks that instructions, tools, calls and results of the three rounds went out as the protocol wants them.</summary>
    protected abstract void AssertToolRounds(IReadOnlyList<RecordedModelRequest> requests);

    protected IModelProvider Provider(double firstByte = 30, double idle = 30, int attempts = 4, TimeProvider? time = null)
    {
        var provider = CreateProvider(
            new ProviderOptions { Name = "remote", BaseUrl = BaseUrl, ApiKey = Key, FirstByteSeconds = firstByte, IdleSeconds = idle, MaxAttempts = attempts },
            time ?? TimeProvider.System);
        providers.Add(provider);
        return provider;
    }

    protected IAsyncEnumerable<ChatResponseUpdate> Stream(IModelProvider provider, CancellationToken cancellationToken = default) =>
        provider.StreamAsync("fake", [new ChatMessage(ChatRole.User, "hi")], new ChatOptions(), Observer, cancellationToken);

    protected async Task<List<ChatResponseUpdate>> ReadAsync(
        IModelProvider provider, List<ChatMessage>? messages = null, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatResponseUpdate> updates = [];
        messages ??= [new ChatMessage(ChatRole.User, "hi")];
        await foreach (var update in provider.StreamAsync("fake", messages, options ?? new ChatOptions(), Observer, cancellationToken)) updates.Add(update);
        return updates;
    }

    protected async Task<ProviderException> FailsAsync(IModelProvider provider, List<ChatResponseUpdate>? updates = null) =>
        await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in Stream(provider)) updates?.Add(update);
        });

    protected static string Join(IEnumerable<ChatResponseUpdate> updates) => string.Concat(updates.Select(update => update.Text));
}

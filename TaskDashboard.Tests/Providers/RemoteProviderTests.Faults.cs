using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.ModelServerAnswer;
using static TaskDashboard.Tests.Fakes.ModelServerStep;

namespace TaskDashboard.Tests.Providers;

/// <summary>Hangs, stalls, cuts, nonsense, refusals, the breaker and cancellation.</summary>
public abstract partial class RemoteProviderTests
{
    [Fact]
    public async Task HangBeforeTheFirstByte_TimesOutAndIsTriedAgain()
    {
        var time = new ManualTimeProvider();
        Server.Answers(new ModelServerAnswer { Hang = true }, Of(Text("ok")));

        var reading = ReadAsync(Provider(firstByte: 5, time: time));
        await Eventually.TrueAsync(() => Server.Requests.Count == 1);
        time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.TrueAsync(() => Observer.Retries.Count == 1 && time.ArmedTimers == 1);
        time.Advance(Observer.Retries.Single().DueAt - time.GetUtcNow());

        Assert.Equal("ok", Join(await reading.WaitAsync(TimeSpan.FromSeconds(30))));
        Assert.Contains("within 5 s", Observer.Retries.Single().Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HangBeforeTheFirstByte_OnEveryAttempt_FailsAsTimedOut()
    {
        Server.Answers(new ModelServerAnswer { Hang = true });

        Assert.Equal(ProviderException.TimedOut, (await FailsAsync(Provider(firstByte: 0.2, attempts: 1))).Code);
    }

    [Fact]
    public async Task StallInTheMiddle_FailsAsTimedOutWithThePartialTextAndNoSecondAttempt()
    {
        var time = new ManualTimeProvider();
        Server.Answers(Of(Text("half an ", "answer"), Stall));
        var text = "";

        var failing = Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in Stream(Provider(idle: 5, time: time))) text += update.Text;
        });
        await Eventually.TrueAsync(() => text == "half an answer");
        await Eventually.TrueAsync(() =>
        {
            // The silence counts from when somebody listens again.
            time.Advance(TimeSpan.FromSeconds(5));
            return failing.IsCompleted;
        });

        var failure = await failing;
        Assert.Equal((ProviderException.TimedOut, true), (failure.Code, failure.Retryable));
        Assert.Equal("half an answer", text);
        Assert.Single(Server.Requests);
        await Server.Abandoned.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task SlowReader_IsNoStall()
    {
        var time = new ManualTimeProvider();
        Server.Answers(Of(Text("one", "two")));
        List<string> pieces = [];

        await foreach (var update in Stream(Provider(time: time, idle: 5)))
        {
            time.Advance(TimeSpan.FromMinutes(1));
            pieces.Add(update.Text);
        }

        Assert.Equal("onetwo", string.Concat(pieces));
    }

    [Fact]
    public async Task ConnectionCutInTheMiddle_FailsAsCutWithThePartialText()
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.BeforeCut = received.Task;
        Server.Answers(Of(Text("half an ", "answer"), Cut));
        var text = "";

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in Stream(Provider()))
            {
                text += update.Text;
                if (text == "half an answer") received.TrySetResult();
            }
        });

        Assert.Equal((ProviderException.Cut, true), (failure.Code, failure.Retryable));
        Assert.Equal("half an answer", text);
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task EndWithoutFinishReason_FailsAsCut()
    {
        Server.Answers(Of(Text("half"), EndEarly));
        List<ChatResponseUpdate> updates = [];

        Assert.Equal(ProviderException.Cut, (await FailsAsync(Provider(), updates)).Code);
        Assert.Equal("half", Join(updates));
    }

    [Fact]
    public async Task ConnectionCutBeforeTheFirstToken_IsTriedAgain()
    {
        Server.Answers(Of(Cut), Of(Text("ok")));

        Assert.Equal("ok", Join(await ReadAsync(Provider())));
        Assert.Single(Observer.Retries);
    }

    [Theory]
    [InlineData("{\"choices\": [")]
    [InlineData("not json at all")]
    public async Task BrokenJson_FailsAsMalformed(string frame)
    {
        Server.Answers(Of(Text("so far"), Raw(frame)));
        List<ChatResponseUpdate> updates = [];

        Assert.Equal((ProviderException.Malformed, false), (await FailsAsync(Provider(), updates)) is var failure ? (failure.Code, failure.Retryable) : default);
        Assert.Equal("so far", Join(updates));
    }

    [Fact]
    public async Task LineThatIsLongerThanAnyAnswer_FailsAsMalformed_AndIsNotReadToItsEnd()
    {
        Server.Answers(Of(Text("so far"), Raw(new string(' ', 17 << 20)), Raw("never read")));
        List<ChatResponseUpdate> updates = [];

        var failure = await FailsAsync(Provider(), updates);

        Assert.Equal((ProviderException.Malformed, false), (failure.Code, failure.Retryable));
        Assert.Contains("16 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Equal("so far", Join(updates));
    }

    [Fact]
    public async Task ChunkOfTenMegabytes_ArrivesWhole()
    {
        Server.Answers(Of(Text("so far", new string('x', 10_000_000))));

        Assert.Equal(10_000_006, Join(await ReadAsync(Provider())).Length);
    }

    [Fact]
    public async Task NoContent_FailsAsMalformed()
    {
        Server.Answers(new ModelServerAnswer { Status = 204 });

        Assert.Equal(ProviderException.Malformed, (await FailsAsync(Provider())).Code);
    }

    [Fact]
    public async Task WebPageInsteadOfAStream_FailsAsMalformed()
    {
        Server.Answers(new ModelServerAnswer { ContentType = "text/html", Body = "<html>Log in to the network</html>" });

        var failure = await FailsAsync(Provider());

        Assert.Equal(ProviderException.Malformed, failure.Code);
        Assert.Contains("text/html", failure.Message, StringComparison.Ordinal);
        Assert.Single(Server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Refusal_IsNotTriedAgainAndKeepsTheKeyOutOfItsWords(int status)
    {
        Server.Answers(Error(status, JsonSerializer.Serialize(new { error = new { message = $"No luck with {Key} today" } })));

        var failure = await FailsAsync(Provider());

        Assert.Equal((ProviderException.Rejected, false), (failure.Code, failure.Retryable));
        Assert.Contains("No luck with [key] today", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
        Assert.Single(Server.Requests);
        Assert.Contains(Key, Server.Requests[0].Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaker_OpensAfterManyFailuresAndClosesAfterItsBreak()
    {
        var time = new ManualTimeProvider();
        var provider = Provider(attempts: 1, time: time);
        Server.Answers((index, _) => index < ResiliencePipelines.BreakerThroughput ? Error(503) : Of(Text("ok")));
        for (var call = 0; call < ResiliencePipelines.BreakerThroughput; call++) Assert.Equal(ProviderException.Unavailable, (await FailsAsync(provider)).Code);

        Assert.Equal((ProviderException.BreakerOpen, true), (await FailsAsync(provider)) is var failure ? (failure.Code, failure.Retryable) : default);
        Assert.Equal(ResiliencePipelines.BreakerThroughput, Server.Requests.Count);
        time.Advance(ResiliencePipelines.BreakerBreak);

        Assert.Equal("ok", Join(await ReadAsync(provider)));
    }

    [Fact]
    public async Task Cancellation_BeforeTheFirstByte_EndsAtOnceAndHangsUp()
    {
        Server.Answers(new ModelServerAnswer { Hang = true });
        using var cancellation = new CancellationTokenSource();
        var reading = ReadAsync(Provider(), cancellationToken: cancellation.Token);
        await Eventually.TrueAsync(() => Server.Requests.Count == 1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
        await Server.Abandoned.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(Observer.Retries);
    }

    [Fact]
    public async Task Cancellation_DuringTheWaitForARetry_EndsAtOnce()
    {
        Server.Answers(Error(429, retryAfter: "3600"));
        using var cancellation = new CancellationTokenSource();
        var reading = ReadAsync(Provider(), cancellationToken: cancellation.Token);
        await Eventually.TrueAsync(() => Observer.Retries.Count == 1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Single(Server.Requests);
    }
}

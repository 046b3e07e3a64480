using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.ModelServerAnswer;
using static TaskDashboard.Tests.Fakes.ModelServerStep;

namespace TaskDashboard.Tests.Providers;

public sealed class OpenAIProviderTests : RemoteProviderTests
{
    protected override Uri BaseUrl => ((FakeOpenAIServer)Server).BaseUrl;

    [Theory]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"","reasoning":"hmm"},"finish_reason":null}]}""", "hmm")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":null,"reasoning_content":"hmm"}}]}""", "hmm")]
    [InlineData("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"prompt_filter_results":[]}""", "")]
    [InlineData("""{"choices":[{"delta":{}}]}""", "")]
    public async Task FramesOfCompatibleServers_AreUnderstood(string frame, string thought)
    {
        Server.Answers(Of(Raw(frame), Text("ok")));

        var updates = await ReadAsync(Provider());

        Assert.Equal("ok", Join(updates));
        Assert.Equal(thought, string.Concat(updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Select(content => content.Text)));
    }

    [Fact]
    public async Task ErrorInTheStream_IsToldInItsWords()
    {
        Server.Answers(Of(Text("so far"), Raw("""{"error":{"message":"the card fell out","type":"server_error"}}""")));

        var failure = await FailsAsync(Provider());

        Assert.Equal(ProviderException.Unavailable, failure.Code);
        Assert.Contains("the card fell out", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyAccount_IsNotWaitedFor()
    {
        Server.Answers(Error(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"""));

        Assert.Equal(ProviderException.Rejected, (await FailsAsync(Provider())).Code);
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Usage_IsAskedForAndNoKeyIsNeeded()
    {
        using var provider = new OpenAIProvider(new ProviderOptions { Name = "local", BaseUrl = BaseUrl }, TimeProvider.System);

        await ReadAsync(provider);

        var request = Assert.Single(Server.Requests);
        Assert.True(request.Body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal("fake", request.Body.GetProperty("model").GetString());
    }

    protected override void AssertAttachments(IReadOnlyList<RecordedModelRequest> requests, string image)
    {
        var parts = requests[0].Body.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal(["text", "image_url", "text"], parts.EnumerateArray().Select(part => part.GetProperty("type").GetString()));
        Assert.Equal($"data:image/png;base64,{image}", parts[1].GetProperty("image_url").GetProperty("url").GetString());
        Assert.Equal("The file \"a\" …", parts[2].GetProperty("text").GetString());

        // Plain text where that is all there is: not every compatible server knows parts.
        Assert.Equal("Read\n\nThe file a.txt …", requests[1].Body.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    protected override FakeModelServer CreateServer() => new FakeOpenAIServer();

    private protected override RemoteProvider CreateProvider(ProviderOptions options, TimeProvider time)
    {
        options.Type = ProviderType.OpenAI;
        return new OpenAIProvider(options, time);
    }

    protected override void AssertToolRounds(IReadOnlyList<RecordedModelRequest> requests)
    {
        Assert.Equal(3, requests.Count);
        var tool = requests[0].Body.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal("add", tool.GetProperty("name").GetString());
        Assert.Equal("One of two", tool.GetProperty("parameters").GetProperty("properties").GetProperty("left").GetProperty("description").GetString());
        var messages = requests[2].Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["system", "user", "assistant", "tool", "tool", "assistant", "tool"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("""{"left":2,"right":3}""", messages[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal(("call_2", "42"), (messages[4].GetProperty("tool_call_id").GetString(), messages[4].GetProperty("content").GetString()));
    }
}

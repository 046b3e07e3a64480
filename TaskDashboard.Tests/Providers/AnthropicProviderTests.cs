using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.ModelServerAnswer;
using static TaskDashboard.Tests.Fakes.ModelServerStep;

namespace TaskDashboard.Tests.Providers;

public sealed class AnthropicProviderTests : RemoteProviderTests
{
    protected override Uri BaseUrl => ((FakeAnthropicServer)Server).BaseUrl;

    [Fact]
    public async Task SignedThought_GoesBackAsItCame()
    {
        Server.Answers(Of(Thought("hmm"), Text("one")), Of(Text("two")));
        List<ChatMessage> messages = [new(ChatRole.User, "hi")];
        var provider = Provider();
        messages.AddRange((await ReadAsync(provider, messages)).ToChatResponse().Messages);
        messages.Add(new ChatMessage(ChatRole.User, "go on"));

        await ReadAsync(provider, messages);

        var thought = Server.Requests[1].Body.GetProperty("messages")[1].GetProperty("content")[0];
        Assert.Equal(("hmm", "signed"), (thought.GetProperty("thinking").GetString(), thought.GetProperty("signature").GetString()));
    }

    [Fact]
    public async Task OverloadInTheStreamBeforeTheFirstToken_IsTriedAgain()
    {
        var overloaded = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""";
        Server.Answers(new ModelServerAnswer { Body = $"event: error\ndata: {overloaded}\n\n" }, Of(Text("ok")));

        Assert.Equal("ok", Join(await ReadAsync(Provider())));
        Assert.Contains("Overloaded", Observer.Retries.Single().Cause, StringComparison.Ordinal);
    }

    protected override void AssertAttachments(IReadOnlyList<RecordedModelRequest> requests, string image)
    {
        var blocks = requests[0].Body.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal(["text", "image", "text"], blocks.EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        var source = blocks[1].GetProperty("source");
        Assert.Equal(("base64", "image/png", image), (source.GetProperty("type").GetString(), source.GetProperty("media_type").GetString(), source.GetProperty("data").GetString()));
        Assert.Equal(["Read", "The file a.txt …"], requests[1].Body.GetProperty("messages")[0].GetProperty("content").EnumerateArray().Select(block => block.GetProperty("text").GetString()));
    }

    protected override FakeModelServer CreateServer() => new FakeAnthropicServer();

    private protected override RemoteProvider CreateProvider(ProviderOptions options, TimeProvider time)
    {
        options.Type = ProviderType.Anthropic;
        return new AnthropicProvider(options, time);
    }

    protected override void AssertToolRounds(IReadOnlyList<RecordedModelRequest> requests)
    {
        Assert.Equal(3, requests.Count);
        Assert.Equal("add", requests[0].Body.GetProperty("tools")[0].GetProperty("name").GetString());
        var messages = requests[2].Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "user", "assistant", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        var calls = messages[1].GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "tool_use").ToList();
        Assert.Equal(2, calls[0].GetProperty("input").GetProperty("left").GetInt32());
        Assert.Equal(["call_1", "call_2"], messages[2].GetProperty("content").EnumerateArray().Select(block => block.GetProperty("tool_use_id").GetString()));
    }
}

using System.Text.Json;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Speaks OpenAI's streaming chat completions.</summary>
public sealed class FakeOpenAIServer() : FakeModelServer("/v1/chat/completions")
{
    public Uri BaseUrl => new(Address, "/v1");

    public static async Task<FakeOpenAIServer> StartNewAsync()
    {
        var server = new FakeOpenAIServer();
        await server.StartAsync();
        return server;
    }

    protected override async Task WriteAsync(ModelServerStream stream, IReadOnlyList<ModelServerStep> steps)
    {
        await stream.FrameAsync(Chunk(new { role = "assistant", content = "" }));
        var finish = "stop";
        object? usage = null;
        foreach (var step in steps)
        {
            switch (step)
            {
                case ModelServerStep.TextStep text:
                    foreach (var piece in text.Pieces) await stream.FrameAsync(Chunk(new { content = piece }));
                    break;
                case ModelServerStep.ThoughtStep thought:
                    foreach (var piece in thought.Pieces) await stream.FrameAsync(Chunk(new { reasoning_content = piece }));
                    break;
                case ModelServerStep.CallsStep calls:
                    finish = "tool_calls";
                    await WriteCallsAsync(stream, calls);
                    break;
                case ModelServerStep.UsageStep count:
                    usage = new
                    {
                        prompt_tokens = count.Input,
                        completion_tokens = count.Output,
                        total_tokens = count.Input + count.Output,
                        prompt_tokens_details = new { cached_tokens = count.Cached },
                    };
                    break;
                case ModelServerStep.EndEarlyStep:
                    return;
                default:
                    await stream.TryFaultAsync(step);
                    break;
            }
        }

        await stream.FrameAsync(Chunk(new { }, finish));
        if (usage is not null)
        {
            await stream.FrameAsync(JsonSerializer.Serialize(new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "fake", choices = Array.Empty<object>(), usage }));
        }

        await stream.FrameAsync("[DONE]");
    }

    // Pieces of the calls are mixed with each other, as real servers do.
    private static async Task WriteCallsAsync(ModelServerStream stream, ModelServerStep.CallsStep step)
    {
        for (var index = 0; index < step.Round.Length; index++)
        {
            var (id, name, _) = step.Round[index];
            await stream.FrameAsync(Chunk(new { tool_calls = new[] { new { index, id, type = "function", function = new { name, arguments = "" } } } }));
        }

        foreach (var half in new[] { 0, 1 })
        {
            for (var index = 0; index < step.Round.Length; index++)
            {
                var arguments = step.Round[index].Arguments;
                var piece = half == 0 ? arguments[..(arguments.Length / 2)] : arguments[(arguments.Length / 2)..];
                await stream.FrameAsync(Chunk(new { tool_calls = new[] { new { index, function = new { arguments = piece } } } }));
            }
        }
    }

    private static string Chunk(object delta, string? finish = null) => JsonSerializer.Serialize(new
    {
        id = "c1",
        @object = "chat.completion.chunk",
        created = 1,
        model = "fake",
        choices = new[] { new { index = 0, delta, finish_reason = finish } },
    });
}

using System.Text.Json;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Speaks Anthropic's streaming messages.</summary>
public sealed class FakeAnthropicServer() : FakeModelServer("/v1/messages")
{
    public Uri BaseUrl => Address;

    public static async Task<FakeAnthropicServer> StartNewAsync()
    {
        var server = new FakeAnthropicServer();
        await server.StartAsync();
        return server;
    }

    protected override async Task WriteAsync(ModelServerStream stream, IReadOnlyList<ModelServerStep> steps)
    {
        var count = steps.OfType<ModelServerStep.UsageStep>().FirstOrDefault();
        await SendAsync(stream, new
        {
            type = "message_start",
            message = new
            {
                id = "msg_1",
                type = "message",
                role = "assistant",
                model = "fake",
                content = Array.Empty<object>(),
                stop_reason = (string?)null,
                stop_sequence = (string?)null,
                usage = new { input_tokens = count?.Input ?? 1, output_tokens = 1, cache_read_input_tokens = count?.Cached ?? 0, cache_creation_input_tokens = 0 },
            },
        });
        await SendAsync(stream, new { type = "ping" });
        var index = 0;
        var stop = "end_turn";
        foreach (var step in steps)
        {
            switch (step)
            {
                case ModelServerStep.TextStep text:
                    await BlockAsync(stream, index++, new { type = "text", text = "" }, text.Pieces.Select(piece => (object)new { type = "text_delta", text = piece }), Last(steps, step));
                    break;
                case ModelServerStep.ThoughtStep thought:
                    await BlockAsync(stream, index++, new { type = "thinking", thinking = "", signature = "" },
                        [.. thought.Pieces.Select(piece => (object)new { type = "thinking_delta", thinking = piece }), new { type = "signature_delta", signature = "signed" }], Last(steps, step));
                    break;
                case ModelServerStep.CallsStep calls:
                    stop = "tool_use";
                    foreach (var (id, name, arguments) in calls.Round)
                    {
                        var half = arguments.Length / 2;
                        await BlockAsync(stream, index++, new { type = "tool_use", id, name, input = new { } },
                        [
                            new { type = "input_json_delta", partial_json = arguments[..half] },
                            new { type = "input_json_delta", partial_json = arguments[half..] },
                        ], last: true);
                    }

                    break;
                case ModelServerStep.UsageStep:
                    break;
                case ModelServerStep.EndEarlyStep:
                    return;
                default:
                    await stream.TryFaultAsync(step);
                    break;
            }
        }

        await SendAsync(stream, new
        {
            type = "message_delta",
            delta = new { stop_reason = stop, stop_sequence = (string?)null },
            usage = new { input_tokens = count?.Input ?? 1, output_tokens = count?.Output ?? 1, cache_read_input_tokens = count?.Cached ?? 0, cache_creation_input_tokens = 0 },
        });
        await SendAsync(stream, new { type = "message_stop" });
    }

    /// <summary>A block that a fault follows stays open, as it would.</summary>
    private static bool Last(IReadOnlyList<ModelServerStep> steps, ModelServerStep step) =>
        steps[Math.Min(steps.Count - 1, steps.ToList().IndexOf(step) + 1)] is not (ModelServerStep.CutStep or ModelServerStep.StallStep or ModelServerStep.EndEarlyStep);

    private static async Task BlockAsync(ModelServerStream stream, int index, object block, IEnumerable<object> deltas, bool last)
    {
        await SendAsync(stream, new { type = "content_block_start", index, content_block = block });
        foreach (var delta in deltas) await SendAsync(stream, new { type = "content_block_delta", index, delta });
        if (last) await SendAsync(stream, new { type = "content_block_stop", index });
    }

    private static Task SendAsync(ModelServerStream stream, object frame)
    {
        var json = JsonSerializer.SerializeToElement(frame);
        return stream.FrameAsync(json.GetRawText(), json.GetProperty("type").GetString());
    }
}

using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace TaskDashboard.Core.Providers;

/// <summary>One model of OpenAI's library as an <see cref="IChatClient"/>. Streaming only: nothing here asks for a whole answer at once.</summary>
internal sealed class OpenAIChatClient(ChatClient client, string model, ModelCallFailures failures) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var content = BinaryContent.Create(OpenAIRequest.Write(model, messages, options));
        var result = await client.CompleteChatAsync(content, new RequestOptions { BufferResponse = false, CancellationToken = cancellationToken }).ConfigureAwait(false);
        using var response = result.GetRawResponse();
        var reader = new OpenAIFrameReader(failures);
        var frames = SseParser.Create(response.ContentStream!, (_, frame) => reader.Read(frame));
        await foreach (var frame in frames.EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            if (frame.Data is { } update) yield return update;
            if (reader.Ended) yield break;
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // The connections are the provider's.
    }
}

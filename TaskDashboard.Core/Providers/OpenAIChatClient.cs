using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using AIFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatFinishReason = OpenAI.Chat.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace TaskDashboard.Core.Providers;

/// <summary>One model of OpenAI's library as an <see cref="IChatClient"/>. Streaming only: nothing here asks for a whole answer at once.</summary>
internal sealed class OpenAIChatClient(ChatClient client, ModelCallFailures failures) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        SortedDictionary<int, ToolCallPieces>? calls = null;
        var stream = client.CompleteChatStreamingAsync(OpenAIRequest.Messages(messages, options), OpenAIRequest.Options(options), cancellationToken);
        await foreach (var frame in stream.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var update = new ChatResponseUpdate { Role = ChatRole.Assistant, MessageId = frame.CompletionId, ResponseId = frame.CompletionId, ModelId = frame.Model };
            AddText(frame, update);
            foreach (var piece in frame.ToolCallUpdates)
            {
                calls ??= [];
                if (!calls.TryGetValue(piece.Index, out var call)) calls.Add(piece.Index, call = new ToolCallPieces());
                call.Add(piece);
            }

            if (frame.FinishReason is { } reason)
            {
                update.FinishReason = Convert(reason);

                // Only now are the arguments whole; an answer that is cut before leaves no half call behind.
                foreach (var call in calls?.Values ?? Enumerable.Empty<ToolCallPieces>()) update.Contents.Add(call.ToContent());
                calls = null;
            }

            if (frame.Usage is { } usage) update.Contents.Add(new UsageContent(Convert(usage)));
            if (update.Contents.Count > 0 || update.FinishReason is not null) yield return update;
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

    private void AddText(StreamingChatCompletionUpdate frame, ChatResponseUpdate update)
    {
        foreach (var part in frame.ContentUpdate)
        {
            if (part.Text is { Length: > 0 } text) update.Contents.Add(new TextContent(text));
        }

        if (frame.RefusalUpdate is { Length: > 0 } refusal) update.Contents.Add(new TextContent(refusal));

        // Only frames without text are asked for a thought, since the look-up is the dearest part of a frame.
        if (update.Contents.Count == 0 && frame.Usage is null && ReadThought(frame) is { Length: > 0 } thought)
        {
            update.Contents.Add(new TextReasoningContent(thought));
        }
    }

#pragma warning disable SCME0001 // Fields that OpenAI does not know (thoughts, errors in the stream) are reachable through this preview type only.
    private string? ReadThought(StreamingChatCompletionUpdate frame)
    {
        if (frame.Patch.TryGetJson("$.error"u8, out var error)) throw failures.InStream($"{{\"error\":{Encoding.UTF8.GetString(error.Span)}}}");
        try
        {
            return frame.Patch.TryGetValue("$.choices[0].delta.reasoning_content"u8, out string? thought)
                || frame.Patch.TryGetValue("$.choices[0].delta.reasoning"u8, out thought) ? thought : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // A frame without choices (a server's report on its filters): the library looks before it counts.
            return null;
        }
    }
#pragma warning restore SCME0001

    private static AIFinishReason Convert(ChatFinishReason reason) => reason switch
    {
        ChatFinishReason.Length => AIFinishReason.Length,
        ChatFinishReason.ContentFilter => AIFinishReason.ContentFilter,
        ChatFinishReason.ToolCalls or ChatFinishReason.FunctionCall => AIFinishReason.ToolCalls,
        _ => AIFinishReason.Stop,
    };

    private static UsageDetails Convert(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
        ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount,
    };

    /// <summary>A tool call as it arrives: id and name first, then its arguments piece by piece.</summary>
    private sealed class ToolCallPieces
    {
        private readonly StringBuilder arguments = new();
        private string? id;
        private string? name;

        public void Add(StreamingChatToolCallUpdate piece)
        {
            id ??= piece.ToolCallId;
            name ??= piece.FunctionName;
            if (piece.FunctionArgumentsUpdate is { } more) arguments.Append(Encoding.UTF8.GetString(more.ToMemory().Span));
        }

        /// <summary>Arguments that are not JSON end up in <see cref="FunctionCallContent.Exception"/>, for the loop to tell the model.</summary>
        public FunctionCallContent ToContent() => FunctionCallContent.CreateFromParsedArguments(
            arguments.ToString(), id ?? "", name ?? "", static json => json.Length == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions));
    }
}

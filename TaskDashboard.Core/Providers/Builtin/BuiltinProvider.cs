using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>The provider that needs no network, no key and no model: streams what <see cref="BuiltinAssistant"/> works out, at a reader's pace.</summary>
internal sealed class BuiltinProvider(ProviderOptions options, TimeProvider time) : IModelProvider
{
    /// <summary>A token is about this many characters of English; the usage is an estimate by it.</summary>
    private const int CharactersPerToken = 4;

    private readonly TimeSpan pace = TimeSpan.FromMilliseconds(options.PaceMilliseconds);

    public string Name => options.Name;

    public IReadOnlyList<string> Models => options.Models;

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string model, IReadOnlyList<ChatMessage> messages, ChatOptions options, IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = $"{Name}/{model}";
        var finish = ChatFinishReason.Stop;
        long characters = 0;
        foreach (var piece in BuiltinAssistant.Answer(messages, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pause = piece.Pause ?? pace;
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            if (piece.Content is FunctionCallContent) finish = ChatFinishReason.ToolCalls;
            characters += Length(piece.Content);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [piece.Content]) { ModelId = name };
        }

        var input = Tokens(messages.Sum(message => message.Contents.Sum(Length)));
        var output = Tokens(characters);
        yield return new ChatResponseUpdate(
            ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output })])
        {
            ModelId = name,
            FinishReason = finish,
        };
    }

    private static long Tokens(long characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    private static long Length(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent thought => thought.Text.Length,
        FunctionCallContent call => call.Name.Length + (call.Arguments?.Sum(argument => argument.Key.Length + (argument.Value?.ToString()?.Length ?? 0)) ?? 0),
        FunctionResultContent result => result.Result?.ToString()?.Length ?? 0,
        _ => 0,
    };
}

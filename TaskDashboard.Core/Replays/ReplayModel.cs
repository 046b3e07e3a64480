using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>The model of a replay: answers each call with what is on record, piece by piece, and moves the clock by what each piece took.</summary>
internal sealed class ReplayModel(RecordedRun recorded, VirtualTime time, ReplayStage stage) : IModelProvider, IModelCatalog
{
    /// <summary>No run may take longer.</summary>
    private const int MostHours = 24 * 400;

    private readonly string provider = recorded.Task.Model.Split('/')[0];
    private int made;

    public string Name => provider;

    public string DefaultModel => recorded.Run.Model;

    IReadOnlyList<string> IModelProvider.Models => [];

    public IReadOnlyList<ModelDescription> Models => [new ModelDescription(DefaultModel, provider, true)];

    /// <summary>How many calls were made.</summary>
    public int Made => Volatile.Read(ref made);

    public string ForRole(string role) => DefaultModel;

    public bool TryResolve(string fullName, out IModelProvider? found, out string model, out string problem)
    {
        (found, model, problem) = (this, fullName, "A replay has one model.");
        return fullName == DefaultModel;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string model, IReadOnlyList<ChatMessage> messages, ChatOptions options, IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref made);
        if (number > recorded.Calls.Count)
        {
            await stage.EndAsync(isExpected: recorded.IsPartial, "The run made no more model calls.", cancellationToken);
            yield break;
        }

        var call = recorded.Calls[number - 1];
        stage.Compare(call, messages);
        await RetryAsync(call, observer, cancellationToken);
        var at = 0L;
        var calls = 0;
        foreach (var update in call.Exchange.Response.Updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(update.AtMs - at));
            at = Math.Max(at, update.AtMs);
            yield return ToUpdate(update, update.Call is { } asked ? CallIdOf(call, calls++, asked) : null);
        }

        await EndAsync(call, cancellationToken);
    }

    private async Task EndAsync(RecordedCall call, CancellationToken cancellationToken)
    {
        var next = call.Number < recorded.Calls.Count ? recorded.Calls[call.Number] : null;
        if (call.Exchange.Response.Error is { Code: { } code } failure) throw new ProviderException(code, failure.Text, failure.Retryable);
        if (call.Exchange.Response.Ended)
        {
            // What came in while it spoke, or while its tools were at work: it is read before the next call either way.
            if (next is not null) await stage.SayAsync(next.Messages, MessageMode.Steer);
        }
        else if (next is not null)
        {
            await stage.SayAsync(next.Messages, MessageMode.Interrupt);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        else if (recorded.Run.Outcome == RunOutcome.Failed && recorded.EndReason == ReasonCodes.Timeout)
        {
            for (var hours = 0; hours < MostHours && !cancellationToken.IsCancellationRequested; hours++) time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        else
        {
            await stage.EndAsync(isExpected: true, "", cancellationToken);
        }
    }

    /// <summary>What went wrong before the first piece is told as it was, and takes as long.</summary>
    private async Task RetryAsync(RecordedCall call, IModelCallObserver observer, CancellationToken cancellationToken)
    {
        var number = 1;
        foreach (var attempt in call.Step.Attempts ?? [])
        {
            var wait = TimeSpan.FromMilliseconds(attempt.WaitedMs);
            await observer.RetryingAsync(new ModelRetry(++number, time.GetUtcNow() + wait, attempt.RateLimited, attempt.Cause), cancellationToken);
            time.Advance(wait);
            await observer.RetryStartingAsync(number, cancellationToken);
        }
    }

    /// <summary>The id that the transcript has: calls of one answer that had the same were given others.</summary>
    private static string CallIdOf(RecordedCall call, int index, ExchangeCall asked) => index < call.ToolCalls.Count ? call.ToolCalls[index].CallId ?? asked.Id : asked.Id;

    private static ChatResponseUpdate ToUpdate(ExchangeUpdate update, string? callId)
    {
        AIContent? content = update switch
        {
            { Text: { } text } => new TextContent(text),
            { Thought: { } thought } => new TextReasoningContent(thought),
            { ProtectedData: { } data } => new TextReasoningContent("") { ProtectedData = data },
            { Call: { } call } => new FunctionCallContent(callId!, call.Name, Conversation.Arguments(call.Arguments.GetRawText())),
            { Usage: { } usage } => new UsageContent(new UsageDetails { InputTokenCount = usage.Input, OutputTokenCount = usage.Output, CachedInputTokenCount = usage.Cached }),
            _ => null,
        };
        return new ChatResponseUpdate(ChatRole.Assistant, content is null ? [] : [content]) { FinishReason = update.Finish is { } finish ? new ChatFinishReason(finish) : null };
    }
}

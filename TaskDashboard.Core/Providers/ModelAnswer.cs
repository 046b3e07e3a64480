using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>A streaming answer that has begun: its first token is here. Knows whether it came to its proper end.</summary>
internal sealed class ModelAnswer : IAsyncDisposable
{
    private readonly RemoteProvider provider;
    private readonly IAsyncEnumerator<ChatResponseUpdate> updates;
    private bool finished;

    private ModelAnswer(RemoteProvider provider, IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        this.provider = provider;
        this.updates = updates;
    }

    public ChatResponseUpdate Current => updates.Current;

    /// <summary>Starts an answer and waits for its first token. Frames before it that carry nothing are passed over.</summary>
    /// <exception cref="ModelCallFailure">There was none.</exception>
    public static async ValueTask<ModelAnswer> OpenAsync(
        RemoteProvider provider, IAsyncEnumerable<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        var answer = new ModelAnswer(provider, updates.GetAsyncEnumerator(cancellationToken));
        try
        {
            do
            {
                if (!await answer.ReadAsync(cancellationToken).ConfigureAwait(false)) throw provider.Failures.Cut(inner: null);
            }
            while (!answer.finished && !IsToken(answer.Current));
            return answer;
        }
        catch
        {
            await answer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next piece; false at the proper end.</summary>
    /// <exception cref="ProviderException">The answer broke off.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ModelCallFailure failure)
        {
            throw failure.ToProviderException();
        }
    }

    public ValueTask DisposeAsync() => updates.DisposeAsync();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await updates.MoveNextAsync().ConfigureAwait(false))
            {
                return finished ? false : throw provider.Failures.Cut(inner: null);
            }
        }
        catch (Exception exception) when (exception is not ModelCallFailure)
        {
            ThrowTranslated(exception, cancellationToken);
        }

        finished |= updates.Current.FinishReason is not null;
        return true;
    }

    [DoesNotReturn]
    private void ThrowTranslated(Exception exception, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (provider.Translate(exception) is { } failure) throw failure;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
    }

    private static bool IsToken(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            if (content is not (TextContent { Text.Length: 0 } or TextReasoningContent { Text.Length: 0 } or UsageContent)) return true;
        }

        return false;
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;

namespace TaskDashboard.Core.Providers;

/// <summary>What every provider behind a network has in common: one connection pool, one pipeline, one way to tell of failures.</summary>
internal abstract class RemoteProvider : IModelProvider, IDisposable
{
    private readonly ResiliencePipeline pipeline;

    protected RemoteProvider(ProviderOptions options, TimeProvider time)
    {
        Name = options.Name;
        Models = options.Models;
        Failures = new ModelCallFailures(options.Name, options.ApiKey, time);
        pipeline = ResiliencePipelines.Build(options, time);

        // Times are the handler's and the pipeline's business.
        Http = new HttpClient(new ModelHttpHandler(options, Failures, time)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Name { get; }

    public abstract string Vendor { get; }

    public abstract Uri Address { get; }

    public IReadOnlyList<string> Models { get; }

    internal ModelCallFailures Failures { get; }

    /// <summary>Yes: a model that has no eyes refuses the call and says so, which is better than to take every model for blind.</summary>
    public bool TakesImages(string model) => true;

    protected HttpClient Http { get; }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string model,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions options,
        IModelCallObserver observer,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await OpenAsync(new Call(this, model, messages, options, observer), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            yield return answer.Current;
            while (await answer.MoveNextAsync(cancellationToken).ConfigureAwait(false)) yield return answer.Current;
        }
    }

    public virtual void Dispose() => Http.Dispose();

    /// <summary>The vendor's library as a client of one model, without retries of its own.</summary>
    protected abstract IChatClient ClientFor(string model);

    /// <summary>Puts what the vendor's library throws into our words; null for what nobody foresaw.</summary>
    internal virtual ModelCallFailure? Translate(Exception exception) => exception switch
    {
        ModelCallFailure failure => failure,

        // Libraries wrap what the handler below them threw here and there.
        { InnerException: ModelCallFailure failure } => failure,
        JsonException or FormatException => Failures.Malformed(exception.Message, exception),
        IOException or HttpRequestException => Failures.Cut(exception),
        _ => null,
    };

    private async ValueTask<ModelAnswer> OpenAsync(Call call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(ResiliencePipelines.Observer, call.Observer);
            return await pipeline.ExecuteAsync(static (context, call) => call.AttemptAsync(context.CancellationToken), context, call).ConfigureAwait(false);
        }
        catch (ModelCallFailure failure)
        {
            throw failure.ToProviderException();
        }
        catch (BrokenCircuitException broken)
        {
            var wait = Math.Max(1, Math.Ceiling((broken.RetryAfter ?? ResiliencePipelines.BreakerBreak).TotalSeconds));
            throw new ProviderException(
                ProviderException.BreakerOpen, $"{Name} failed too often lately, so it is left alone for {wait:0} s; this call was not made.", retryable: true, broken);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>One call of the provider, over all of its attempts.</summary>
    private sealed class Call(RemoteProvider provider, string model, IReadOnlyList<ChatMessage> messages, ChatOptions options, IModelCallObserver observer)
    {
        private int attempt;

        public IModelCallObserver Observer => observer;

        public async ValueTask<ModelAnswer> AttemptAsync(CancellationToken cancellationToken)
        {
            if (++attempt > 1) await observer.RetryStartingAsync(attempt, cancellationToken).ConfigureAwait(false);
            var updates = provider.ClientFor(model).GetStreamingResponseAsync(messages, options, cancellationToken);
            return await ModelAnswer.OpenAsync(provider, updates, cancellationToken).ConfigureAwait(false);
        }
    }
}

using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>A source of models. Registered once for each configured provider; safe for threads.</summary>
public interface IModelProvider
{
    /// <summary>The part before the slash in <c>provider/model</c>.</summary>
    string Name { get; }

    /// <summary>Model names without the provider, the preferred one first. Empty when the provider takes any name.</summary>
    IReadOnlyList<string> Models { get; }

    /// <summary>Whose protocol it speaks, in the word that OpenTelemetry's conventions have for it where they have one, such as <c>anthropic</c>.</summary>
    string Vendor => Name;

    /// <summary>The server behind it; null where there is none.</summary>
    Uri? Address => null;

    /// <summary>Whether a model is given images as they are. Where it is not, a message says in words that there is one.</summary>
    /// <param name="model">Without the provider.</param>
    bool TakesImages(string model) => false;

    /// <summary>Streams one answer, with the provider's retries, timeouts and breaker around it.</summary>
    /// <param name="model">Without the provider.</param>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">Tools and settings.</param>
    /// <param name="observer">Is told of retries before they are waited for.</param>
    /// <param name="cancellationToken">Ends the call at once; the enumerator throws <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ProviderException">The call failed for good. What was yielded before stays valid.</exception>
    IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string model,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions options,
        IModelCallObserver observer,
        CancellationToken cancellationToken);
}

/// <summary>Hears of what happens to a model call before its first token.</summary>
public interface IModelCallObserver
{
    /// <summary>The attempt failed and the next one waits until <see cref="ModelRetry.DueAt"/>.</summary>
    ValueTask RetryingAsync(ModelRetry retry, CancellationToken cancellationToken);

    /// <summary>The wait is over and the next attempt starts.</summary>
    ValueTask RetryStartingAsync(int attempt, CancellationToken cancellationToken);
}

/// <summary>A retry that is about to be waited for.</summary>
/// <param name="Attempt">The number of the attempt to come; 2 for the first retry.</param>
/// <param name="DueAt">When it starts.</param>
/// <param name="RateLimited">The provider said 429: shown as <c>waiting</c>/<c>rate_limit</c>.</param>
/// <param name="Cause">Why, in one sentence.</param>
public sealed record ModelRetry(int Attempt, DateTimeOffset DueAt, bool RateLimited, string Cause);

/// <summary>A model call that failed for good.</summary>
/// <param name="code">One of the constants here; goes into the <c>error</c> event.</param>
/// <param name="message">What happened, in words for the task's owner. Never holds a key.</param>
/// <param name="retryable">True when the same call may well succeed later.</param>
/// <param name="inner">The vendor's exception.</param>
public sealed class ProviderException(string code, string message, bool retryable, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    public bool Retryable { get; } = retryable;

    /// <summary>No connection, or 5xx, on every attempt.</summary>
    public const string Unavailable = "provider_unavailable";

    /// <summary>No first byte, or no further one, in time.</summary>
    public const string TimedOut = "provider_timeout";

    /// <summary>The stream ended before the answer did; the partial text is kept.</summary>
    public const string Cut = "provider_cut";

    /// <summary>429 on every attempt.</summary>
    public const string RateLimited = "provider_rate_limit";

    /// <summary>The provider refuses the request itself: bad key, unknown model, too long.</summary>
    public const string Rejected = "provider_rejected";

    /// <summary>What came back is not what the protocol says.</summary>
    public const string Malformed = "provider_malformed";

    /// <summary>Too many failures lately: the breaker is open and the call was not made.</summary>
    public const string BreakerOpen = "provider_breaker_open";
}

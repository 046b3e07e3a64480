namespace TaskDashboard.Core.Providers;

/// <summary>
/// One attempt of a model call failed. Thrown below the vendor's library, which lets it pass, so that every vendor's
/// failures look the same; becomes a <see cref="ProviderException"/> when no attempt is left.
/// </summary>
/// <param name="code">One of <see cref="ProviderException"/>'s constants.</param>
/// <param name="message">In words for the task's owner, without a key.</param>
/// <param name="transient">The same call may well succeed later; before the first token it is tried again.</param>
/// <param name="inner">What lies beneath.</param>
internal sealed class ModelCallFailure(string code, string message, bool transient, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    public bool Transient { get; } = transient;

    /// <summary>How long the provider asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool RateLimited => Code == ProviderException.RateLimited;

    /// <summary>The provider is ill, rather than the request or its sender's quota: what the breaker counts.</summary>
    public bool CountsForBreaker => Code is ProviderException.Unavailable or ProviderException.TimedOut or ProviderException.Cut;

    public ProviderException ToProviderException() => new(Code, Message, Transient, this);
}

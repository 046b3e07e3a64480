using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TaskDashboard.Core.Providers;

/// <summary>Words for what can go wrong with one provider's calls. Keeps its key out of all of them.</summary>
internal sealed class ModelCallFailures(string provider, string? apiKey, TimeProvider time)
{
    private const int LongestQuote = 500;

    /// <summary>Longest time that a provider's Retry-After is followed; more than this is a mistake of its clock or ours.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    public ModelCallFailure TimedOut(bool started, TimeSpan limit, Exception? inner) => new(
        ProviderException.TimedOut,
        started
            ? $"{provider} stopped sending in the middle of its answer: nothing for {Seconds(limit)}."
            : $"{provider} did not begin to answer within {Seconds(limit)}.",
        transient: true,
        inner);

    public ModelCallFailure Cut(Exception? inner) => new(
        ProviderException.Cut, $"{provider} broke off its answer before it was complete.", transient: true, inner);

    public ModelCallFailure Unreachable(Uri? address, HttpRequestException inner) => new(
        ProviderException.Unavailable, Redact($"{provider} cannot be reached at {address?.Authority}: {inner.Message}"), transient: true, inner);

    public ModelCallFailure Malformed(string what, Exception? inner = null) => new(
        ProviderException.Malformed, Redact($"{provider} sent something that its protocol does not know: {what}"), transient: false, inner);

    /// <summary>An error that was sent inside of the stream, behind a good status.</summary>
    public ModelCallFailure InStream(string body, Exception? inner = null)
    {
        var (message, code) = ReadError(body);
        return code switch
        {
            "rate_limit_error" or "rate_limit_exceeded" or "429" =>
                new(ProviderException.RateLimited, Told("limits the rate of calls", message), transient: true, inner),
            "invalid_request_error" or "authentication_error" or "permission_error" or "not_found_error" or "billing_error" or "insufficient_quota" =>
                new(ProviderException.Rejected, Told("refuses the request", message), transient: false, inner),
            _ => new(ProviderException.Unavailable, Told("broke off with an error", message), transient: true, inner),
        };
    }

    /// <summary>An answer with a status that is not a success.</summary>
    /// <param name="response">Its headers are read.</param>
    /// <param name="body">What it said, as far as it was read.</param>
    public ModelCallFailure FromStatus(HttpResponseMessage response, string body)
    {
        var status = response.StatusCode;
        var (message, code) = ReadError(body);
        return (int)status switch
        {
            // OpenAI answers an empty account with 429 too; waiting does not fill it.
            429 when code == "insufficient_quota" => Rejected(status, message),
            429 => new(ProviderException.RateLimited, Told("limits the rate of calls (429)", message), transient: true) { RetryAfter = ReadRetryAfter(response) },
            408 or 425 or >= 500 => new(ProviderException.Unavailable, Told($"is unavailable ({(int)status})", message), transient: true) { RetryAfter = ReadRetryAfter(response) },
            _ => Rejected(status, message),
        };
    }

    private ModelCallFailure Rejected(HttpStatusCode status, string message) =>
        new(ProviderException.Rejected, Told($"refuses the request ({(int)status})", message), transient: false);

    private string Told(string what, string message) =>
        Redact(message.Length == 0 ? $"{provider} {what}." : $"{provider} {what}: {message}");

    private string Redact(string text) => apiKey is null ? text : text.Replace(apiKey, "[key]", StringComparison.Ordinal);

    private static string Seconds(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");

    private TimeSpan? ReadRetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? header.Date - time.GetUtcNow();
        if (wait is not { } given) return null;
        return given < TimeSpan.Zero ? TimeSpan.Zero : given > LongestRetryAfter ? LongestRetryAfter : given;
    }

    /// <summary>Both vendors answer <c>{"error": {"message", "type" or "code"}}</c>; compatible servers also <c>{"error": "…"}</c>, or plain text.</summary>
    private static (string Message, string? Code) ReadError(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement;
            if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("error", out var inside)) error = inside;
            if (error.ValueKind == JsonValueKind.String) return (Quote(error.GetString()!), null);
            if (error.ValueKind == JsonValueKind.Object)
            {
                return (Quote(Text(error, "message") ?? Text(error, "detail") ?? ""), Text(error, "code") ?? Text(error, "type"));
            }
        }
        catch (JsonException)
        {
            // Not JSON: a proxy's page or a plain sentence, which is quoted as it is.
        }

        return (Quote(body), null);
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private static string Quote(string text)
    {
        var folded = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return folded.Length <= LongestQuote ? folded : string.Concat(folded.AsSpan(0, LongestQuote), "…");
    }
}

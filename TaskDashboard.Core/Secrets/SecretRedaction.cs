using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Secrets;

/// <summary>
/// Knows the keys that this program was given, for its model providers and for itself, and takes them out of what becomes visible. It finds a key as it stands; one
/// that somebody has turned into something else (base64, two halves) it does not. Safe for threads.
/// </summary>
public sealed class SecretRedaction
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mark = "[redacted]";

    /// <summary>Shorter ones are ordinary words: taking those out would only garble texts.</summary>
    private const int MinLength = 8;

    /// <summary>The last is that of the command line, which a server may find in the environment that it is started from.</summary>
    private static readonly string[] KeyVariables = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "TASKDASHBOARD_KEY"];
    private static readonly string[] ExporterVariables = ["OTEL_EXPORTER_OTLP", "OTEL_EXPORTER_OTLP_TRACES", "OTEL_EXPORTER_OTLP_METRICS", "OTEL_EXPORTER_OTLP_LOGS"];
    private readonly string[] secrets;
    private readonly IReadOnlyList<byte[]> bytes;
    private readonly string[] inJson;

    /// <param name="secrets">The values; nulls, repeats and short ones do not count.</param>
    public SecretRedaction(IEnumerable<string?> secrets)
    {
        this.secrets = [.. secrets.OfType<string>().Select(secret => secret.Trim()).Where(secret => secret.Length >= MinLength).Distinct(StringComparer.Ordinal)

            // The longer first: one may be a part of another.
            .OrderByDescending(secret => secret.Length)];
        bytes = [.. this.secrets.Select(Encoding.UTF8.GetBytes)];
        inJson = [.. this.secrets.Select(secret => JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()).Except(this.secrets)];
    }

    /// <summary>Nothing to take out.</summary>
    public static SecretRedaction None { get; } = new([]);

    /// <summary>Those of the settings: every provider's key, the keys of variables also where nothing takes them, what OpenTelemetry's exporter logs in with, and passwords in addresses.</summary>
    public static SecretRedaction Of(ProvidersOptions providers, IConfiguration configuration) => new(
    [
        .. providers.Providers.Select(provider => provider.ApiKey),
        .. KeyVariables.Select(name => configuration[name]),
        .. ExporterVariables.SelectMany(name => InHeaders(configuration[name + "_HEADERS"])),
        .. ExporterVariables.Select(name => Password(Uri.TryCreate(configuration[name + "_ENDPOINT"], UriKind.Absolute, out var collector) ? collector : null)),
        .. providers.Providers.Select(provider => Password(provider.BaseUrl)),
        Password(Uri.TryCreate(configuration["OPENAI_BASE_URL"], UriKind.Absolute, out var address) ? address : null),
    ]);

    /// <summary>Whether a secret stands in the text.</summary>
    public bool IsIn(string? text) => text is not null && Array.Exists(this.secrets, secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The text with <see cref="Mark"/> where a secret stood.</summary>
    public string Redact(string text)
    {
        foreach (var secret in this.secrets) text = text.Replace(secret, Mark, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Nothing is ever found.</summary>
    public bool IsEmpty => this.secrets.Length == 0;

    /// <summary>As <see cref="Redact"/>, of JSON: a secret stands in it as it is, or as JSON spells it.</summary>
    public string RedactJson(string json)
    {
        var text = Redact(json);
        foreach (var secret in inJson) text = text.Replace(secret, Mark, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Takes secrets out of bytes that come in pieces.</summary>
    internal SecretFilter Filter(ProcessOutputHandler on) => new(bytes, on);

    /// <summary>Values of headers in the way in which the variables have them (<c>key=value,key=value</c>, percent-encoded): each as it stands, as it is sent, and behind its scheme.</summary>
    private static IEnumerable<string> InHeaders(string? headers) =>
        from header in (headers ?? "").Split(',')
        let parts = header.Split('=', 2)
        where parts.Length == 2
        let sent = Uri.UnescapeDataString(parts[1].Trim())
        from secret in new[] { parts[1], sent, sent[(sent.IndexOf(' ', StringComparison.Ordinal) + 1)..] }
        select secret;

    private static string? Password(Uri? address) => address?.UserInfo.Split(':', 2) is [_, var password] ? Uri.UnescapeDataString(password) : null;
}

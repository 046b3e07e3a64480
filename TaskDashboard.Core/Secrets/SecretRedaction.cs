using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Secrets;

/// <summary>
/// Knows the keys that this program was given, for its model providers and for itself, and takes them out of what becomes visible. It finds a key as it stands; one
/// that somebody has turned into something else (base64, two halves) it does not. Safe for threads.
/// </summary>
internal sealed class SecretRedaction
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mark = "[redacted]";

    /// <summary>Shorter ones are ordinary words: taking those out would only garble texts.</summary>
    private const int MinLength = 8;

    /// <summary>The last is that of the command line, which a server may find in the environment that it is started from.</summary>
    private static readonly string[] KeyVariables = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "TASKDASHBOARD_KEY"];
    private readonly string[] secrets;
    private readonly IReadOnlyList<byte[]> bytes;

    /// <param name="secrets">The values; nulls, repeats and short ones do not count.</param>
    public SecretRedaction(IEnumerable<string?> secrets)
    {
        this.secrets = [.. secrets.OfType<string>().Select(secret => secret.Trim()).Where(secret => secret.Length >= MinLength).Distinct(StringComparer.Ordinal)

            // The longer first: one may be a part of another.
            .OrderByDescending(secret => secret.Length)];
        bytes = [.. this.secrets.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Nothing to take out.</summary>
    public static SecretRedaction None { get; } = new([]);

    /// <summary>Those of the settings: every provider's key, the keys of variables also where nothing takes them, and passwords in addresses.</summary>
    public static SecretRedaction Of(ProvidersOptions providers, IConfiguration configuration) => new(
    [
        .. providers.Providers.Select(provider => provider.ApiKey),
        .. KeyVariables.Select(name => configuration[name]),
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

    /// <summary>Takes secrets out of bytes that come in pieces.</summary>
    public SecretFilter Filter(ProcessOutputHandler on) => new(bytes, on);

    private static string? Password(Uri? address) => address?.UserInfo.Split(':', 2) is [_, var password] ? Uri.UnescapeDataString(password) : null;
}

namespace TaskDashboard.Core.Providers;

/// <summary>
/// The sections <c>TaskDashboard:Providers</c> and <c>TaskDashboard:Roles</c>, with the vendors' usual variables
/// (<c>ANTHROPIC_API_KEY</c>, <c>OPENAI_API_KEY</c>, <c>OPENAI_BASE_URL</c>) folded in. Checked at start.
/// </summary>
public sealed class ProvidersOptions
{
    /// <summary>The providers, by name as settings are; <c>builtin</c> is always among them.</summary>
    public IList<ProviderOptions> Providers { get; } = [];

    /// <summary>Role → <c>provider/model</c>. Role names are matched without regard to case.</summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What could not be read, in words; told at start together with everything else that is wrong.</summary>
    public IList<string> Problems { get; } = [];
}

/// <summary>One provider of the settings: <c>TaskDashboard:Providers:&lt;name&gt;</c>.</summary>
public sealed class ProviderOptions
{
    /// <summary>The part before the slash in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    public ProviderType Type { get; set; }

    /// <summary>Where its API is. Null takes the vendor's own address.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>Sent with every call, and kept out of every message and log. Servers on the own machine need none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Model names, the preferred one first. Empty takes any name.</summary>
    public IReadOnlyList<string> Models { get; set; } = [];

    /// <summary>How long a call may stay without a first byte, in seconds. Default 60.</summary>
    public double FirstByteSeconds { get; set; } = 60;

    /// <summary>How long a streaming answer may stay silent, in seconds. Default 60.</summary>
    public double IdleSeconds { get; set; } = 60;

    /// <summary>How often one call is tried before its first token, in all; 1 to 20. Default 4.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Builtin only: time between two pieces of an answer in milliseconds; 0 for as fast as it goes. Default 15.</summary>
    public int PaceMilliseconds { get; set; } = 15;

    /// <summary>The model that is meant when nobody names one.</summary>
    internal string PreferredModel => Models.Count > 0 ? Models[0] : DefaultModels.For(Type);
}

/// <summary>What protocol a provider speaks.</summary>
public enum ProviderType
{
    /// <summary>The offline stand-in inside this program.</summary>
    Builtin,

    /// <summary>OpenAI's chat completions, or any server that is compatible with them (Ollama, vLLM, LM Studio, OpenRouter).</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,
}

/// <summary>What is meant by a provider that is configured without naming models.</summary>
internal static class DefaultModels
{
    public const string Anthropic = "claude-sonnet-5";
    public const string OpenAI = "gpt-5-mini";
    public const string Builtin = "assistant";

    /// <summary>The provider that needs no settings.</summary>
    public const string BuiltinProvider = "builtin";

    public static string For(ProviderType type) => type switch
    {
        ProviderType.Anthropic => Anthropic,
        ProviderType.OpenAI => OpenAI,
        _ => Builtin,
    };
}

using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>What spans and metrics call a provider: the conventions' word where they have one, else the name that it was given.</summary>
public sealed class ProviderNamesTests
{
    [Theory]
    [InlineData("work", ProviderType.OpenAI, null, "openai", "https://api.openai.com/")]
    [InlineData("ollama", ProviderType.OpenAI, "http://127.0.0.1:11434/v1", "ollama", "http://127.0.0.1:11434/v1")]
    [InlineData("work", ProviderType.Anthropic, null, "anthropic", "https://api.anthropic.com/")]
    [InlineData("gateway", ProviderType.Anthropic, "http://127.0.0.1:9000", "anthropic", "http://127.0.0.1:9000/")]
    [InlineData("builtin", ProviderType.Builtin, null, "builtin", null)]
    public void Provider_IsKnownByItsProtocol_AndWhereItIs(string name, ProviderType type, string? address, string vendor, string? server)
    {
        var options = new ProviderOptions { Name = name, Type = type, ApiKey = "key", BaseUrl = address is null ? null : new Uri(address) };
        IModelProvider provider = type switch
        {
            ProviderType.OpenAI => new OpenAIProvider(options, TimeProvider.System),
            ProviderType.Anthropic => new AnthropicProvider(options, TimeProvider.System),
            _ => new BuiltinProvider(options, TimeProvider.System),
        };

        Assert.Equal((vendor, server), (provider.Vendor, provider.Address?.ToString()));
        (provider as IDisposable)?.Dispose();
    }
}

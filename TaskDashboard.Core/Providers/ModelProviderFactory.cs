using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Providers;

/// <summary>Makes the providers of the settings, once, and closes their connections at the end.</summary>
internal sealed class ModelProviderFactory(IOptions<ProvidersOptions> options, TimeProvider time) : IDisposable
{
    private readonly List<IModelProvider> made = [];

    public IReadOnlyList<IModelProvider> CreateAll()
    {
        foreach (var provider in options.Value.Providers) made.Add(Create(provider));
        return made;
    }

    public void Dispose()
    {
        foreach (var provider in made.OfType<IDisposable>()) provider.Dispose();
    }

    private IModelProvider Create(ProviderOptions provider) => provider.Type switch
    {
        ProviderType.Anthropic => new AnthropicProvider(provider, time),
        ProviderType.OpenAI => new OpenAIProvider(provider, time),
        ProviderType.Builtin => new BuiltinProvider(provider, time),
        _ => throw new InvalidOperationException($"The provider {provider.Name} has the unknown type {provider.Type}."),
    };
}

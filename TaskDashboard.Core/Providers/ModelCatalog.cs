using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Providers;

/// <summary>The providers of the settings. Fixed at start; safe for threads.</summary>
internal sealed class ModelCatalog : IModelCatalog
{
    private readonly Dictionary<string, IModelProvider> providers;
    private readonly Dictionary<string, string> roles;

    public ModelCatalog(IOptions<ProvidersOptions> options, IEnumerable<IModelProvider> providers)
    {
        // The first of a name wins: a provider that a test or an extension registers before ours replaces it.
        this.providers = new Dictionary<string, IModelProvider>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in providers) this.providers.TryAdd(provider.Name, provider);
        roles = new Dictionary<string, string>(options.Value.Roles, StringComparer.OrdinalIgnoreCase);

        var configured = options.Value.Providers;
        var preferred = First(configured, ProviderType.Anthropic)
            ?? First(configured, ProviderType.OpenAI)
            ?? configured.First(one => one.Name.Equals(DefaultModels.BuiltinProvider, StringComparison.OrdinalIgnoreCase));
        DefaultModel = $"{preferred.Name}/{preferred.PreferredModel}";
        Models = [.. configured
            .SelectMany(one => (one.Models.Count > 0 ? one.Models : [one.PreferredModel])
                .Select(model => new ModelDescription($"{one.Name}/{model}", one.Name, $"{one.Name}/{model}" == DefaultModel)))
            .OrderByDescending(model => model.IsDefault)];
    }

    public IReadOnlyList<ModelDescription> Models { get; }

    public string DefaultModel { get; }

    public string ForRole(string role) => roles.GetValueOrDefault(role) ?? roles.GetValueOrDefault("task", DefaultModel);

    public bool TryResolve(string fullName, out IModelProvider? provider, out string model, out string problem)
    {
        ArgumentNullException.ThrowIfNull(fullName);
        provider = null;
        model = "";
        problem = "";

        // Only the first slash parts: names behind it may hold more of them, such as openrouter/meta/llama.
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == fullName.Length - 1)
        {
            problem = $"\"{fullName}\" is not a model's name; provider/model is wanted, such as {DefaultModel}.";
            return false;
        }

        var name = fullName[..slash];
        if (!providers.TryGetValue(name, out var found))
        {
            problem = $"There is no provider {name}; there are {string.Join(", ", providers.Keys.Order(StringComparer.OrdinalIgnoreCase))}.";
            return false;
        }

        var wanted = fullName[(slash + 1)..];
        if (found.Models.Count > 0 && !found.Models.Contains(wanted, StringComparer.Ordinal))
        {
            problem = $"The provider {found.Name} has no model {wanted}; it has {string.Join(", ", found.Models)}.";
            return false;
        }

        provider = found;
        model = wanted;
        return true;
    }

    /// <summary>Of several of a kind: the one with the vendor's own name, then one that names its models.</summary>
    private static ProviderOptions? First(IEnumerable<ProviderOptions> configured, ProviderType type) => configured
        .Where(one => one.Type == type)
        .MinBy(one => one.Name.Equals(type.ToString(), StringComparison.OrdinalIgnoreCase) ? 0 : one.Models.Count > 0 ? 1 : 2);
}

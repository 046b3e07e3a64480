using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Providers;

/// <summary>The providers of the settings. Fixed at start; safe for threads.</summary>
internal sealed class ModelCatalog : IModelCatalog
{
    private readonly Dictionary<string, IModelProvider> _providers;
    private readonly Dictionary<string, string> _roles;

    public ModelCatalog(IOptions<ProvidersOptions> options, IEnumerable<IModelProvider> providers)
    {
        // The first of a name wins: a provider that a test or an extension registers before ours replaces it.
        _providers = new Dictionary<string, IModelProvider>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in providers) _providers.TryAdd(provider.Name, provider);
        _roles = new Dictionary<string, string>(options.Value.Roles, StringComparer.OrdinalIgnoreCase);

        var configured = options.Value.Providers;
        var preferred = configured.FirstOrDefault(one => one.Type == ProviderType.Anthropic)
            ?? configured.FirstOrDefault(one => one.Type == ProviderType.OpenAI)
            ?? configured.First(one => one.Name.Equals(DefaultModels.BuiltinProvider, StringComparison.OrdinalIgnoreCase));
        DefaultModel = $"{preferred.Name}/{preferred.PreferredModel}";
        Models = [.. configured
            .SelectMany(one => (one.Models.Count > 0 ? one.Models : [one.PreferredModel])
                .Select(model => new ModelDescription($"{one.Name}/{model}", one.Name, $"{one.Name}/{model}" == DefaultModel)))
            .OrderByDescending(model => model.IsDefault)];
    }

    public IReadOnlyList<ModelDescription> Models { get; }

    public string DefaultModel { get; }

    public string ForRole(string role) => _roles.GetValueOrDefault(role, DefaultModel);

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
        if (!_providers.TryGetValue(name, out var found))
        {
            problem = $"There is no provider {name}; there are {string.Join(", ", _providers.Keys.Order(StringComparer.OrdinalIgnoreCase))}.";
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
}

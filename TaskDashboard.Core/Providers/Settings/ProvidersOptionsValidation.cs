using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.Core.Providers;

/// <summary>Tells every problem of the providers' settings at once, at start.</summary>
internal sealed class ProvidersOptionsValidation : IValidateOptions<ProvidersOptions>
{
    /// <summary>Longest timeout: beyond a day a timer is a mistake.</summary>
    private const double LongestSeconds = 86_400;

    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        List<string> problems = [.. options.Problems];
        foreach (var provider in options.Providers) Check(provider, problems);
        foreach (var (role, model) in options.Roles) CheckRole(role, model, options, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(ProviderOptions provider, List<string> problems)
    {
        var path = $"{DashboardOptions.Section}:Providers:{provider.Name}";
        if (provider.Name.Any(c => c == '/' || char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            problems.Add($"{path}: a provider's name has no slash and no blanks, because models are named provider/model.");
        }

        if (provider.Name.Equals(DefaultModels.BuiltinProvider, StringComparison.OrdinalIgnoreCase) && provider.Type != ProviderType.Builtin)
        {
            problems.Add($"{path}:Type is {provider.Type}; the name builtin belongs to the offline assistant, so choose another name.");
        }

        if (provider is { Type: ProviderType.Anthropic, ApiKey: null, BaseUrl: null })
        {
            problems.Add($"{path} has no ApiKey; set {Variable(provider, "ApiKey")} or ANTHROPIC_API_KEY.");
        }

        if (provider is { Type: ProviderType.OpenAI, ApiKey: null, BaseUrl: null })
        {
            problems.Add($"{path} has neither ApiKey nor BaseUrl; set {Variable(provider, "ApiKey")} (or OPENAI_API_KEY), or {Variable(provider, "BaseUrl")} for a compatible server.");
        }

        // A line break would end the header that the key is sent in; the vendor's library would fail at the first call only.
        if (provider.ApiKey?.Any(char.IsControl) == true) problems.Add($"{path}:ApiKey holds a line break or another control character.");
        if (provider.FirstByteSeconds is not (> 0 and <= LongestSeconds)) problems.Add($"{path}:FirstByteSeconds is more than 0 and at most 86400.");
        if (provider.IdleSeconds is not (> 0 and <= LongestSeconds)) problems.Add($"{path}:IdleSeconds is more than 0 and at most 86400.");
        if (provider.MaxAttempts is < 1 or > 20) problems.Add($"{path}:MaxAttempts is 1 to 20.");
        if (provider.PaceMilliseconds is < 0 or > 60_000) problems.Add($"{path}:PaceMilliseconds is 0 to 60000.");
    }

    private static void CheckRole(string role, string model, ProvidersOptions options, List<string> problems)
    {
        var path = $"{DashboardOptions.Section}:Roles:{role}";
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == model.Length - 1)
        {
            problems.Add($"{path} is \"{model}\"; provider/model is wanted, such as {DefaultModels.BuiltinProvider}/{DefaultModels.Builtin}.");
            return;
        }

        var provider = options.Providers.FirstOrDefault(one => one.Name.Equals(model[..slash], StringComparison.OrdinalIgnoreCase));
        if (provider is null)
        {
            problems.Add($"{path} names the provider {model[..slash]}; there are {string.Join(", ", options.Providers.Select(one => one.Name))}.");
        }
        else if (provider.Models.Count > 0 && !provider.Models.Contains(model[(slash + 1)..], StringComparer.Ordinal))
        {
            problems.Add($"{path} names the model {model[(slash + 1)..]}; {provider.Name} has {string.Join(", ", provider.Models)}.");
        }
    }

    private static string Variable(ProviderOptions provider, string setting) => $"{DashboardOptions.Section}__Providers__{provider.Name}__{setting}";
}

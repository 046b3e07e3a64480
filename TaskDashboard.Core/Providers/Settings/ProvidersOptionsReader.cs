using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// Reads the settings of the providers. By hand rather than with the configuration binder, because the binder stops at the
/// first value that it cannot convert, and ignores misspelt names; here each becomes one of <see cref="ProvidersOptions.Problems"/>.
/// </summary>
internal sealed class ProvidersOptionsReader(IConfiguration configuration) : IConfigureOptions<ProvidersOptions>
{
    private static readonly string[] KnownSettings =
        ["Type", "BaseUrl", "ApiKey", "Models", "FirstByteSeconds", "IdleSeconds", "MaxAttempts", "PaceMilliseconds"];

    public void Configure(ProvidersOptions options)
    {
        foreach (var section in configuration.GetSection($"{DashboardOptions.Section}:Providers").GetChildren())
        {
            options.Providers.Add(Read(section, options.Problems));
        }

        AddFromVariables(options, "anthropic", ProviderType.Anthropic, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL");
        AddFromVariables(options, "openai", ProviderType.OpenAI, "OPENAI_API_KEY", "OPENAI_BASE_URL");
        if (!options.Providers.Any(provider => Is(provider.Name, DefaultModels.BuiltinProvider)))
        {
            options.Providers.Add(new ProviderOptions { Name = DefaultModels.BuiltinProvider, Type = ProviderType.Builtin });
        }

        foreach (var provider in options.Providers.Where(provider => provider is { Type: ProviderType.Builtin, Models.Count: 0 }))
        {
            provider.Models = [DefaultModels.Builtin];
        }

        foreach (var role in configuration.GetSection($"{DashboardOptions.Section}:Roles").GetChildren())
        {
            options.Roles[role.Key] = role.Value ?? "";
        }
    }

    private static ProviderOptions Read(IConfigurationSection section, IList<string> problems)
    {
        var provider = new ProviderOptions { Name = section.Key };
        foreach (var setting in section.GetChildren())
        {
            if (!KnownSettings.Any(known => Is(known, setting.Key)))
            {
                problems.Add($"{setting.Path} is not a setting of a provider; there are {string.Join(", ", KnownSettings)}.");
            }
        }

        provider.Type = ReadType(section, problems);
        provider.BaseUrl = ReadUrl(section["BaseUrl"], $"{section.Path}:BaseUrl", problems);
        provider.ApiKey = NullIfBlank(section["ApiKey"]);
        provider.Models = ReadModels(section.GetSection("Models"));
        provider.FirstByteSeconds = ReadNumber(section, "FirstByteSeconds", provider.FirstByteSeconds, problems);
        provider.IdleSeconds = ReadNumber(section, "IdleSeconds", provider.IdleSeconds, problems);
        provider.MaxAttempts = (int)ReadNumber(section, "MaxAttempts", provider.MaxAttempts, problems, whole: true);
        provider.PaceMilliseconds = (int)ReadNumber(section, "PaceMilliseconds", provider.PaceMilliseconds, problems, whole: true);
        return provider;
    }

    private static ProviderType ReadType(IConfigurationSection section, IList<string> problems)
    {
        var given = NullIfBlank(section["Type"]) ?? section.Key;
        foreach (var type in Enum.GetValues<ProviderType>())
        {
            if (Is(given, type.ToString())) return type;
        }

        if (section["Type"] is null)
        {
            if (section["BaseUrl"] is not null) return ProviderType.OpenAI;
            problems.Add($"{section.Path} has no Type; it is one of {string.Join(", ", Enum.GetNames<ProviderType>())}.");
        }
        else
        {
            problems.Add($"{section.Path}:Type is \"{given}\"; it is one of {string.Join(", ", Enum.GetNames<ProviderType>())}.");
        }

        return ProviderType.OpenAI;
    }

    /// <summary>A list in a file is an array; in an environment variable a comma list is easier to write.</summary>
    private static List<string> ReadModels(IConfigurationSection section) =>
        [.. section.GetChildren().Select(child => child.Value)
            .Concat(section.Value?.Split(',') ?? [])
            .Select(NullIfBlank).OfType<string>()
            .Distinct(StringComparer.Ordinal)];

    private static Uri? ReadUrl(string? value, string path, IList<string> problems)
    {
        if (NullIfBlank(value) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        problems.Add($"{path} is \"{text}\"; an address such as https://api.example.com/v1 is wanted.");
        return null;
    }

    private static double ReadNumber(IConfigurationSection section, string name, double otherwise, IList<string> problems, bool whole = false)
    {
        if (NullIfBlank(section[name]) is not { } text) return otherwise;
        var style = whole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= int.MaxValue) return number;
        problems.Add($"{section.Path}:{name} is \"{text}\"; a {(whole ? "whole number" : "number")} is wanted.");
        return otherwise;
    }

    private void AddFromVariables(ProvidersOptions options, string name, ProviderType type, string keyVariable, string urlVariable)
    {
        var key = NullIfBlank(configuration[keyVariable]);
        var url = ReadUrl(configuration[urlVariable], urlVariable, options.Problems);
        var configured = options.Providers.FirstOrDefault(provider => Is(provider.Name, name));
        if (configured is null)
        {
            if (key is null && (url is null || type != ProviderType.OpenAI)) return;
            options.Providers.Add(new ProviderOptions { Name = name, Type = type, ApiKey = key, BaseUrl = url });
        }
        else if (configured.Type == type)
        {
            configured.ApiKey ??= key;
            configured.BaseUrl ??= url;
        }
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

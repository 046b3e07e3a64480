using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Localization;

namespace TaskDashboard.App.Localization;

/// <summary>The languages of the pages: their strings, and what changes them while a page is open.</summary>
internal static class LocalizationServiceCollectionExtensions
{
    public static IServiceCollection AddPageLanguage(this IServiceCollection services)
    {
        services.TryAddSingleton<IStringLocalizerFactory, SettledStringLocalizerFactory>();
        services.AddLocalization();
        services.AddScoped<PageLanguage>();
        services.AddScoped<CircuitHandler, LanguageCircuitHandler>();
        services.AddCascadingValue(provider => provider.GetRequiredService<PageLanguage>().Source);
        return services;
    }
}

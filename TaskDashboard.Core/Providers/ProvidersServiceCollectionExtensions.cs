using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Providers;

internal static class ProvidersServiceCollectionExtensions
{
    /// <summary>
    /// Adds the model catalog and the providers of the settings, which are checked when the host starts. An
    /// <see cref="IModelProvider"/> that somebody else registers stands beside them, or in place of the one with its name.
    /// </summary>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IConfigureOptions<ProvidersOptions>>(new ProvidersOptionsReader(configuration));
        services.AddSingleton<IValidateOptions<ProvidersOptions>, ProvidersOptionsValidation>();
        services.AddOptions<ProvidersOptions>().ValidateOnStart();
        services.AddSingleton<ModelProviderFactory>();
        services.AddSingleton<IModelCatalog>(provider => new ModelCatalog(
            provider.GetRequiredService<IOptions<ProvidersOptions>>(),
            [.. provider.GetServices<IModelProvider>(), .. provider.GetRequiredService<ModelProviderFactory>().CreateAll()]));
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace TaskDashboard.Core.Setup;

internal static class SetupServiceCollectionExtensions
{
    public static IServiceCollection AddSetup(this IServiceCollection services) => services.AddSingleton<SetupCheck>();
}

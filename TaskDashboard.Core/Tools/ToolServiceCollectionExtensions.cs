using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tools.Asking;
using TaskDashboard.Core.Tools.Calculation;
using TaskDashboard.Core.Tools.Files;
using TaskDashboard.Core.Tools.Network;
using TaskDashboard.Core.Tools.Planning;
using TaskDashboard.Core.Tools.Waiting;

namespace TaskDashboard.Core.Tools;

internal static class ToolServiceCollectionExtensions
{
    /// <summary>Adds the tools that come with the program, and the catalog of them and of every other <see cref="IToolSource"/>.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IToolSource, FileToolSource>();
        services.AddSingleton<IToolSource, CalculationToolSource>();
        services.AddSingleton<IToolSource, WaitToolSource>();
        services.AddSingleton<IToolSource, AskUserToolSource>();
        services.AddSingleton<IToolSource, PlanToolSource>();
        services.AddOptions();
        services.AddSingleton(provider => new AddressPolicy(provider.GetRequiredService<IOptions<DashboardOptions>>()));
        services.AddSingleton(provider => new CheckedConnections(provider.GetRequiredService<AddressPolicy>()));
        services.AddSingleton<IToolSource, NetworkToolSource>();
        services.AddSingleton<ToolCatalog>();
        return services;
    }
}

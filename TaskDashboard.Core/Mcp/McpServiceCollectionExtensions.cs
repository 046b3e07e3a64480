using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Mcp;

internal static class McpServiceCollectionExtensions
{
    /// <summary>Adds the servers of agents: their connections, their tools for runs, and the catalog for people.</summary>
    public static IServiceCollection AddMcp(this IServiceCollection services)
    {
        services.TryAddSingleton<IMcpTransports, McpTransports>();

        // Who asks people is found when a server asks: it may need the tools in turn, and there may be nobody.
        services.AddSingleton(provider => new McpSurroundings(
            provider.GetRequiredService<IMcpTransports>(), provider.GetService<IQuestions>, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILogger<McpConnection>>()));
        services.AddSingleton<McpConnections>();
        services.AddHostedService(provider => provider.GetRequiredService<McpConnections>());
        services.AddSingleton<IRunToolSource, McpToolSource>();
        services.AddSingleton<McpCatalog>();
        services.AddSingleton<IMcpCatalog>(provider => provider.GetRequiredService<McpCatalog>());
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>Puts actions on many tasks into a host.</summary>
internal static class BulkJobServiceCollectionExtensions
{
    public static IServiceCollection AddBulkJobs(this IServiceCollection services)
    {
        services.AddSingleton<TaskIdList>();
        services.AddSingleton<BulkTargets>();
        services.AddSingleton<BulkActions>();
        services.AddSingleton<BulkJobFile>();
        services.AddSingleton<BulkJobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<BulkJobRunner>());
        return services;
    }
}

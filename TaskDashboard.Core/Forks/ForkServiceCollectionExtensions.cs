using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Forks;

/// <summary>Registers what makes tasks out of tasks, and several at a time.</summary>
internal static class ForkServiceCollectionExtensions
{
    public static IServiceCollection AddForks(this IServiceCollection services)
    {
        services.AddSingleton<OriginTable>();
        services.AddSingleton<ICommitListener>(provider => provider.GetRequiredService<OriginTable>());
        services.AddSingleton<ForkFolders>();
        services.AddSingleton<TaskForks>();
        services.AddSingleton<ITaskForks>(provider => provider.GetRequiredService<TaskForks>());
        services.AddSingleton<ComparisonService>();
        services.AddSingleton<IComparisons>(provider => provider.GetRequiredService<ComparisonService>());
        return services.AddHostedService<ForkSweep>();
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Retention;

namespace TaskDashboard.Core.Archives;

/// <summary>Registers what takes tasks out and brings them in, backups, and what removes old tasks.</summary>
internal static class ArchiveServiceCollectionExtensions
{
    public static IServiceCollection AddArchives(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ImportOptions>().Bind(configuration.GetSection(ImportOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImportOptions>, ImportOptionsValidation>();
        services.AddSingleton<TaskExport>();
        services.AddSingleton<MarkdownExport>();
        services.AddSingleton<TaskImport>();
        services.AddSingleton<BackupStore>();
        services.AddHostedService<ArchiveSweep>();
        services.AddSingleton<RetentionPass>();
        services.AddHostedService<RetentionSchedule>();
        return services;
    }
}

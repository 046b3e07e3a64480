using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Templates;

/// <summary>Puts templates for tasks into a host.</summary>
internal static class TemplateServiceCollectionExtensions
{
    public static IServiceCollection AddTemplates(this IServiceCollection services)
    {
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<TaskToTemplate>();
        services.AddSingleton<TemplateService>();
        services.AddSingleton<ITemplates>(provider => provider.GetRequiredService<TemplateService>());
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Views;

/// <summary>Puts saved views into a host.</summary>
internal static class SavedViewServiceCollectionExtensions
{
    public static IServiceCollection AddSavedViews(this IServiceCollection services)
    {
        services.AddSingleton<SavedViewStore>();
        services.AddSingleton<SavedViewService>();
        return services;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Contexts;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.Core.Budgets;

/// <summary>What models cost, how much they can be sent, and how much may be spent.</summary>
internal static class BudgetServiceCollectionExtensions
{
    public static IServiceCollection AddCosts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PriceOptions>().Bind(configuration.GetSection(PriceOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PriceOptions>, PriceOptionsValidation>();
        services.AddSingleton<PriceTable>();
        services.AddOptions<ContextOptions>().Bind(configuration.GetSection(ContextOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ContextOptions>, ContextOptionsValidation>();
        services.AddSingleton<ContextWindows>();
        services.AddSingleton(provider => new Lazy<TaskReader>(provider.GetRequiredService<TaskReader>));
        services.AddSingleton<IBudgetedTasks, TasksAbove>();
        services.AddSingleton<BudgetLedger>();
        services.AddSingleton<ICommitListener>(provider => provider.GetRequiredService<BudgetLedger>());
        services.AddHostedService<BudgetWarnings>();
        services.AddSingleton<BudgetStore>();
        services.AddSingleton<BudgetService>();
        services.AddSingleton<IBudgets>(provider => provider.GetRequiredService<BudgetService>());
        services.AddSingleton<UsageReader>();
        services.AddSingleton<IUsageReader>(provider => provider.GetRequiredService<UsageReader>());
        return services.AddSingleton<CallBudget>();
    }
}

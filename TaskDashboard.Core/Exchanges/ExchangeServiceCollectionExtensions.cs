using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Core.Exchanges;

/// <summary>What is on record of model calls, and what is made of it: timelines and replays.</summary>
internal static class ExchangeServiceCollectionExtensions
{
    public static IServiceCollection AddExchanges(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ExchangeOptions>().Bind(configuration.GetSection(ExchangeOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExchangeOptions>, ExchangeOptionsValidation>();
        services.AddSingleton<ExchangeRecording>();
        services.AddSingleton<ExchangeReader>();
        services.AddSingleton(provider => new RunReplays(
            provider.GetRequiredService<TaskReader>(), provider.GetRequiredService<ExchangeReader>(), provider.GetRequiredService<AgentStore>(), provider.GetRequiredService<DataDirectory>(),
            configuration, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RunReplays>>()));
        services.AddSingleton<IReplays>(provider => provider.GetRequiredService<RunReplays>());
        services.AddSingleton<TimelineReader>();
        services.AddSingleton<ITimelineReader>(provider => provider.GetRequiredService<TimelineReader>());
        return services.AddSingleton<IExchangeReader>(provider => provider.GetRequiredService<ExchangeReader>());
    }
}

namespace TaskDashboard.App.Telemetry;

/// <summary>Puts into the host what brings the engine's telemetry out.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    public static IServiceCollection AddTelemetryOutlets(this IServiceCollection services)
    {
        services.AddSingleton<MetricsTable>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsTable>());
        services.AddSingleton<ExportTroubleLog>();
        services.AddHostedService<TelemetryExport>();
        return services;
    }
}

using System.Reflection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.App.Telemetry;

/// <summary>
/// Sends spans and metrics to a collector (OTLP), where the standard variables name one; otherwise it does nothing, and nobody listens to the engine's spans.
/// </summary>
/// <remarks>Spans go out in batches, every few seconds. A process that is killed loses those of the last batch; one that is stopped sends them, and gives that five seconds.</remarks>
internal sealed class TelemetryExport : IHostedLifecycleService, IDisposable
{
    private const int LongestFlush = 5_000;

    private readonly TracerProvider? traces;
    private readonly MeterProvider? metrics;
    private readonly ExportTrouble? trouble;
    private readonly Lazy<Task> flush;

    /// <remarks>Listens from here on, which is before the engine takes up any work.</remarks>
    /// <exception cref="OptionsValidationException">A variable holds what cannot be used.</exception>
    public TelemetryExport(IConfiguration configuration, ExportTroubleLog log)
    {
        flush = new Lazy<Task>(() => Task.WhenAll(
            Task.Run(() => traces?.Shutdown(LongestFlush), CancellationToken.None),
            Task.Run(() => metrics?.Shutdown(LongestFlush), CancellationToken.None)));
        var problems = new List<string>();
        var forTraces = ExportSettings.Of(configuration, "TRACES", problems);
        var forMetrics = ExportSettings.Of(configuration, "METRICS", problems);
        if (problems.Count > 0) throw new OptionsValidationException("OTEL", typeof(ExportSettings), problems.Distinct());
        if (forTraces is null && forMetrics is null) return;
        trouble = new ExportTrouble(log);
        traces = forTraces is null ? null : Traces(forTraces);
        metrics = forMetrics is null ? null : Metrics(forMetrics);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, once no run is at work any more.</summary>
    /// <remarks>A host that is stopped by two at once waits for the one flush in both: what follows takes the exporters away.</remarks>
    public Task StoppedAsync(CancellationToken cancellationToken) => flush.Value;

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        trouble?.Dispose();
    }

    private static TracerProvider Traces(ExportSettings settings) => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(settings.Configuration))
        .ConfigureResource(Describe)
        .AddSource(EngineTelemetry.Name)
        .AddOtlpExporter(options => Aim(options, settings))
        .Build();

    private static MeterProvider Metrics(ExportSettings settings) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(settings.Configuration))
        .ConfigureResource(Describe)
        .AddMeter(EngineTelemetry.Name, "System.Runtime")
        .AddOtlpExporter(options => Aim(options, settings))
        .Build();

    private static void Aim(OtlpExporterOptions options, ExportSettings settings)
    {
        if (settings.Endpoint is { } own) options.Endpoint = own;
    }

    /// <summary>The variables have the last word on what the service is called.</summary>
    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService("TaskDashboard", serviceVersion: typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}

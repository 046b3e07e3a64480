using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Listens to the telemetry of one engine, of whichever else are in the process, from before its start.</summary>
internal sealed class RecordedTelemetry : IDisposable
{
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ConcurrentQueue<Measured> measurements = new();
    private readonly ActivityListener traces;
    private readonly MeterListener metrics;

    public RecordedTelemetry(TimeProvider? time = null)
    {
        Telemetry = new EngineTelemetry(time ?? TimeProvider.System);
        traces = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, Telemetry.Source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(traces);
        metrics = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == Telemetry.Meter) listener.EnableMeasurementEvents(instrument);
            },
        };
        metrics.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measurements.Enqueue(new Measured(instrument.Name, value, tags.ToArray())));
        metrics.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measurements.Enqueue(new Measured(instrument.Name, value, tags.ToArray())));
        metrics.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measurements.Enqueue(new Measured(instrument.Name, value, tags.ToArray())));
        metrics.Start();
    }

    public EngineTelemetry Telemetry { get; }

    /// <summary>Spans that have ended, in the order in which they did.</summary>
    public IReadOnlyList<Activity> Spans => [.. spans];

    public IReadOnlyList<Measured> Measurements => [.. measurements];

    /// <summary>For an engine that is about to start.</summary>
    public void Register(IServiceCollection services) => services.AddSingleton(Telemetry);

    /// <summary>Asks for what is only told when somebody asks.</summary>
    public IReadOnlyList<Measured> Observe()
    {
        measurements.Clear();
        metrics.RecordObservableInstruments();
        return Measurements;
    }

    public IEnumerable<Activity> Of(string operation, string? taskId = null) =>
        Spans.Where(span => Equals(span.GetTagItem("gen_ai.operation.name"), operation) && (taskId is null || Equals(span.GetTagItem("task_dashboard.task.id"), taskId)));

    /// <summary>Waits for so many spans of a kind; a run's is told right behind the commit of its end.</summary>
    public async Task<IReadOnlyList<Activity>> WaitForAsync(string operation, int count, string? taskId = null)
    {
        await Eventually.TrueAsync(() => Of(operation, taskId).Count() >= count);
        return [.. Of(operation, taskId)];
    }

    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
        Telemetry.Dispose();
    }

    internal sealed record Measured(string Name, double Value, KeyValuePair<string, object?>[] Tags)
    {
        public object? this[string tag] => Tags.FirstOrDefault(one => one.Key == tag).Value;
    }
}

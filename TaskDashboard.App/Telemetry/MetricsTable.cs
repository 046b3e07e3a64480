using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.App.Telemetry;

/// <summary>
/// Keeps the sums of the engine's meter, and of the runtime's, for whoever comes to read them. A measurement costs a look-up and an addition under a lock
/// that is held for no longer; nothing is kept of a single one. Safe for threads.
/// </summary>
internal sealed class MetricsTable : IHostedService, IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly ConcurrentDictionary<Instrument, InstrumentTable> instruments = new();
    private readonly MeterListener listener = new();
    private readonly Lock reading = new();

    /// <remarks>Listens from here on, which is before the engine takes up any work.</remarks>
    public MetricsTable(EngineTelemetry telemetry)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter == telemetry.Meter || instrument.Meter.Name == RuntimeMeter) own.EnableMeasurementEvents(instrument, instruments.GetOrAdd(instrument, static one => new InstrumentTable(one)));
        };
        listener.MeasurementsCompleted = (instrument, _) => instruments.TryRemove(instrument, out InstrumentTable? _);
        Hear<int>();
        Hear<long>();
        Hear<float>();
        Hear<double>();
        listener.Start();
    }

    /// <summary>Everything as it stands now, by name.</summary>
    public IReadOnlyList<InstrumentTable> Read()
    {
        // One at a time: what is only read when somebody asks is put down anew for each.
        lock (reading)
        {
            foreach (var table in instruments.Values) table.BeforeReading();
            listener.RecordObservableInstruments();
            return [.. instruments.Values.Where(table => !table.IsEmpty).OrderBy(table => table.Instrument.Name, StringComparer.Ordinal)];
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    private void Hear<TNumber>()
        where TNumber : struct, INumber<TNumber> =>
        listener.SetMeasurementEventCallback<TNumber>(static (_, number, tags, table) => ((InstrumentTable)table!).Add(double.CreateSaturating(number), tags));
}

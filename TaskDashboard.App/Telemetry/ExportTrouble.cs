using System.Diagnostics.Tracing;
using System.Globalization;

namespace TaskDashboard.App.Telemetry;

/// <summary>
/// Hears what OpenTelemetry's library says of its own troubles, which it tells nobody else: a collector that does not answer, a batch that was dropped. There
/// only while something is exported.
/// </summary>
internal sealed class ExportTrouble : EventListener
{
    private const string Sources = "OpenTelemetry";

    /// <summary>Said of every meter in the process that is not exported, which is as it should be.</summary>
    private const string NotOurs = "MetricInstrumentIgnored";

    private readonly ExportTroubleLog? log;

    public ExportTrouble(ExportTroubleLog log)
    {
        this.log = log;

        // What was there before this object was whole.
        foreach (var source in EventSource.GetSources()) Hear(source);
    }

    protected override void OnEventSourceCreated(EventSource eventSource) => Hear(eventSource);

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is { } name and not NotOurs) log?.Tell(name, Sentence(eventData));
    }

    private void Hear(EventSource source)
    {
        if (source.Name.StartsWith(Sources, StringComparison.Ordinal)) EnableEvents(source, EventLevel.Warning);
    }

    private static string Sentence(EventWrittenEventArgs told)
    {
        object?[] values = [.. told.Payload ?? (IEnumerable<object?>)[]];
        try
        {
            return told.Message is { } message ? string.Format(CultureInfo.InvariantCulture, message, values) : $"{told.EventName}: {string.Join(", ", values)}";
        }
        catch (FormatException)
        {
            return $"{told.EventName}: {string.Join(", ", values)}";
        }
    }
}

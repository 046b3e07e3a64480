using System.Diagnostics.Metrics;

namespace TaskDashboard.App.Telemetry;

/// <summary>The sums of one instrument, one series for each set of attributes. Safe for threads.</summary>
internal sealed class InstrumentTable
{
    /// <summary>What comes beyond is added up in one series that says so: attributes that a caller may choose must not fill the memory.</summary>
    internal const int MostSeries = 2000;

    private const string Overflow = "otel_metric_overflow=\"true\"";

    /// <summary>Those of OpenTelemetry, for an instrument that advises none.</summary>
    private static readonly double[] UsualBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Lock gate = new();
    private readonly Dictionary<string, Series> all = new(StringComparer.Ordinal);
    private readonly bool isObserved;

    public InstrumentTable(Instrument instrument)
    {
        Instrument = instrument;
        isObserved = instrument.IsObservable;
        var kind = instrument.GetType().GetGenericTypeDefinition();
        Kind = kind == typeof(Histogram<>) ? InstrumentKind.Histogram
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? InstrumentKind.Counter
            : InstrumentKind.Gauge;
        IsLast = isObserved || kind == typeof(Gauge<>);
        Boundaries = Kind != InstrumentKind.Histogram ? [] : instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => advised,
            Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(static boundary => (double)boundary)],
            _ => UsualBoundaries,
        };
    }

    public Instrument Instrument { get; }

    public InstrumentKind Kind { get; }

    /// <summary>Upper bounds of the buckets, each included; without the last one, which has none.</summary>
    public IReadOnlyList<double> Boundaries { get; }

    public bool IsEmpty
    {
        get { lock (gate) return all.Count == 0; }
    }

    /// <summary>True where a measurement is the whole value, and not something to be added.</summary>
    private bool IsLast { get; }

    public void Add(double number, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        lock (gate)
        {
            if (!all.TryGetValue(labels, out var series))
            {
                if (all.Count >= MostSeries) labels = Overflow;
                if (!all.TryGetValue(labels, out series)) all.Add(labels, series = new Series(labels, Boundaries.Count));
            }

            series.Count++;
            series.Sum = IsLast ? number : series.Sum + number;
            if (Kind == InstrumentKind.Histogram) series.Buckets[BucketOf(number)]++;
        }
    }

    /// <summary>What is about to be observed is put down anew: a series that is not there any more is not told of.</summary>
    public void BeforeReading()
    {
        if (!isObserved) return;
        lock (gate) all.Clear();
    }

    /// <summary>A copy of each series, by its labels.</summary>
    public IReadOnlyList<Series> Read()
    {
        lock (gate) return [.. all.Values.Select(series => series.Copy()).OrderBy(series => series.Labels, StringComparer.Ordinal)];
    }

    private int BucketOf(double number)
    {
        var bucket = 0;
        while (bucket < Boundaries.Count && number > Boundaries[bucket]) bucket++;
        return bucket;
    }

    /// <param name="labels">As they stand in the text format.</param>
    /// <param name="boundaries">How many bounds there are.</param>
    internal sealed class Series(string labels, int boundaries)
    {
        public string Labels => labels;

        public long Count { get; set; }

        /// <summary>The sum, or the value where there is only one.</summary>
        public double Sum { get; set; }

        /// <summary>How many fell into each bucket, the last being for what lies beyond all bounds.</summary>
        public long[] Buckets { get; private init; } = new long[boundaries + 1];

        public Series Copy() => new(labels, 0) { Count = Count, Sum = Sum, Buckets = [.. Buckets] };
    }
}

/// <summary>What a series is to who reads it.</summary>
internal enum InstrumentKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Stands somewhere.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}

using System.Diagnostics.Metrics;
using TaskDashboard.App.Telemetry;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>The table behind /metrics and the text that is made of it.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly EngineTelemetry telemetry = new(TimeProvider.System);
    private readonly MetricsTable table;

    public PrometheusTextTests() => table = new MetricsTable(telemetry);

    public void Dispose()
    {
        table.Dispose();
        telemetry.Dispose();
    }

    [Fact]
    public void Counter_EndsInTotal_AndAddsUp()
    {
        var counter = telemetry.Meter.CreateCounter<long>("test.things", "{thing}", "Things\nof all kinds.");
        counter.Add(2, new KeyValuePair<string, object?>("a.kind", "x"), new KeyValuePair<string, object?>("Z", true));
        counter.Add(3, new KeyValuePair<string, object?>("Z", true), new KeyValuePair<string, object?>("a.kind", "x"));

        Assert.Equal("# HELP test_things_total Things\\nof all kinds.\n# TYPE test_things_total counter\ntest_things_total{Z=\"true\",a_kind=\"x\"} 5\n", Text("test.things"));
    }

    [Fact]
    public void Histogram_HasBucketsThatHoldTheSmallerOnes_ASum_AndACount()
    {
        var histogram = telemetry.Meter.CreateHistogram<double>("test.time", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var seconds in new[] { 0.25, 0.5, 0.75, 4 }) histogram.Record(seconds);

        Assert.Equal(
            "# TYPE test_time_seconds histogram\ntest_time_seconds_bucket{le=\"0.5\"} 2\ntest_time_seconds_bucket{le=\"1\"} 3\ntest_time_seconds_bucket{le=\"+Inf\"} 4\ntest_time_seconds_sum 5.5\ntest_time_seconds_count 4\n",
            Text("test.time"));
    }

    [Fact]
    public void WhatIsObserved_IsAsItIsNow_AndGoesWhenItIsGone()
    {
        Measurement<long>[] now = [new(7, new KeyValuePair<string, object?>("of", "a")), new(1, new KeyValuePair<string, object?>("of", "b"))];
        telemetry.Meter.CreateObservableUpDownCounter("test.size", () => now, "By");
        Assert.Contains("test_size_bytes{of=\"a\"} 7\ntest_size_bytes{of=\"b\"} 1\n", Text("test.size"), StringComparison.Ordinal);

        now = [new(8, new KeyValuePair<string, object?>("of", "a"))];

        Assert.Equal("# TYPE test_size_bytes gauge\ntest_size_bytes{of=\"a\"} 8\n", Text("test.size"));
    }

    [Fact]
    public void UpDownCounter_AddsUp_AndIsAGauge()
    {
        var counter = telemetry.Meter.CreateUpDownCounter<int>("test.open");
        counter.Add(3);
        counter.Add(-1);

        Assert.Equal("# TYPE test_open gauge\ntest_open 2\n", Text("test.open"));
    }

    [Fact]
    public void Values_AreEscaped()
    {
        telemetry.Meter.CreateCounter<long>("test.odd").Add(1, new KeyValuePair<string, object?>("name", "a\\b\"c\nd"));

        Assert.Contains("""test_odd_total{name="a\\b\"c\nd"} 1""", Text("test.odd"), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_WithoutEnd_EndInOneForAllOthers()
    {
        var counter = telemetry.Meter.CreateCounter<long>("test.many");
        for (var one = 0; one < InstrumentTable.MostSeries + 50; one++) counter.Add(1, new KeyValuePair<string, object?>("one", one));

        var lines = Text("test.many").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(InstrumentTable.MostSeries + 2, lines.Length);
        Assert.Contains("test_many_total{otel_metric_overflow=\"true\"} 50", lines);
    }

    private string Text(string name) => PrometheusText.Write(table.Read().Where(one => one.Instrument.Name == name));
}

using Microsoft.Extensions.Configuration;
using TaskDashboard.App.Telemetry;

namespace TaskDashboard.Tests.Telemetry;

public sealed class ExportSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("OTEL_SERVICE_NAME=board")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT= ")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://127.0.0.1:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317;OTEL_SDK_DISABLED=true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317;OTEL_TRACES_EXPORTER=none")]
    public void Traces_WithoutAnAddress_OrTurnedOff_AreNotExported(string variables) => Assert.Null(Of(variables).Settings);

    [Fact]
    public void GeneralAddress_IsLeftToTheLibrary_WhichPutsThePathBehindIt() => Assert.Null(Of("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318").Settings!.Endpoint);

    [Fact]
    public void WhatTheSignalSaysOfItsOwn_Wins()
    {
        var settings = Of("OTEL_EXPORTER_OTLP_ENDPOINT=http://a:4317;OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://b:4318/in;OTEL_EXPORTER_OTLP_HEADERS=k=general;OTEL_EXPORTER_OTLP_TRACES_HEADERS=k=own;OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf").Settings!;

        Assert.Equal("http://b:4318/in", settings.Endpoint!.ToString());
        Assert.Equal(("k=own", "http/protobuf"), (settings.Configuration["OTEL_EXPORTER_OTLP_HEADERS"], settings.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"]));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://me:password@:bad", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=nowhere", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a:4317;OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "http/json")]
    public void WhatCannotBeUsed_IsSaidInWords(string variables, string said)
    {
        var problem = Assert.Single(Of(variables).Problems);

        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.Contains("wanted", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("password", problem, StringComparison.Ordinal);
    }

    private static (ExportSettings? Settings, List<string> Problems) Of(string variables)
    {
        var problems = new List<string>();
        var pairs = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        return (ExportSettings.Of(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build(), "TRACES", problems), problems);
    }
}

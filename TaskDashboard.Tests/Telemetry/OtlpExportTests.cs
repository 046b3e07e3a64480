using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>The whole program against a collector on loopback.</summary>
public sealed class OtlpExportTests
{
    private const string Secret = "the-key-of-the-collector";

    private static AgentScript ThreeLevels => new AgentScript()
        .For("Top", Calls(Call("spawn_task", ("message", "Middle"))), Says("Top is done."))
        .For("Middle", Calls(Call("spawn_task", ("message", "Leaf"))), Says("Middle is done."))
        .For("Leaf", Calls(Call("calculate", ("expression", "6*7"))), Says("Leaf is done."));

    [Fact]
    public async Task SpansOfAThreeLevelTree_ArriveWithTheRightParents()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var app = await DashboardApplication.StartAsync(ThreeLevels.Play, settings: To(collector.Address.ToString(), ("/OTEL_SERVICE_NAME", "the-board"), ("/OTEL_EXPORTER_OTLP_HEADERS", $"x-test={Secret}")));
        var top = (await app.CreateAsync("Top")).Id();
        await app.WaitForAsync(top, AgentTaskStatus.Completed);
        var middle = Assert.Single(await app.Services.GetRequiredService<TaskReader>().ListChildrenAsync(top, default)).Id;
        var leaf = Assert.Single(await app.Services.GetRequiredService<TaskReader>().ListChildrenAsync(middle, default)).Id;

        // What is in the last batch goes out with the stop.
        await app.StopAsync();

        var spans = collector.Spans.Where(span => span.Attributes.GetValueOrDefault("task_dashboard.root_task.id") == top).ToList();
        OtlpSpan Run(string taskId) => Assert.Single(spans, span => span.Attributes["task_dashboard.task.id"] == taskId && span.Name == "invoke_agent Assistant");
        OtlpSpan Tool(string taskId, string name) => Assert.Single(spans, span => span.Attributes["task_dashboard.task.id"] == taskId && span.Name == $"execute_tool {name}");
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Null(Run(top).ParentSpanId);
        Assert.Equal(Run(top).SpanId, Tool(top, "spawn_task").ParentSpanId);
        Assert.Equal(Tool(top, "spawn_task").SpanId, Run(middle).ParentSpanId);
        Assert.Equal(Run(middle).SpanId, Tool(middle, "spawn_task").ParentSpanId);
        Assert.Equal(Tool(middle, "spawn_task").SpanId, Run(leaf).ParentSpanId);
        Assert.Equal(Run(leaf).SpanId, Tool(leaf, "calculate").ParentSpanId);
        Assert.All(spans.Where(span => span.Name == "chat model"), chat => Assert.Contains(chat.ParentSpanId, new[] { top, middle, leaf }.Select(task => Run(task).SpanId)));
        Assert.All(spans, span => Assert.Equal("the-board", span.Service));
        Assert.Equal(32, Run(top).TraceId.Length);
        Assert.Contains("gen_ai.client.operation.duration", collector.Metrics);
        Assert.All(collector.Headers, header => Assert.Equal(Secret, header));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Message.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sampler_OfTheVariables_IsHeeded()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var app = await DashboardApplication.StartAsync(ThreeLevels.Play, settings: To(collector.Address.ToString(), ("/OTEL_TRACES_SAMPLER", "always_off")));
        var top = (await app.CreateAsync("Top")).Id();
        await app.WaitForAsync(top, AgentTaskStatus.Completed);
        await app.StopAsync();

        Assert.DoesNotContain(collector.Spans, span => span.Attributes.GetValueOrDefault("task_dashboard.root_task.id") == top);
        Assert.NotEmpty(collector.Metrics);
    }

    [Fact]
    public async Task Collector_ThatIsNotThere_IsToldInTheLog_AndHoldsUpNobody()
    {
        Uri nobody;
        await using (var collector = await OtlpReceiver.StartAsync()) nobody = collector.Address;
        await using var app = await DashboardApplication.StartAsync(
            model => model.Always(Says("Done.")), settings: To(nobody.ToString(), ("/OTEL_EXPORTER_OTLP_HEADERS", $"x-test={Secret}"), ("/OTEL_BSP_SCHEDULE_DELAY", "50"), ("/OTEL_EXPORTER_OTLP_TIMEOUT", "500")));
        var id = (await app.CreateAsync("Go")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Message.StartsWith("Telemetry has trouble", StringComparison.Ordinal) && line.Message.Contains(nobody.Authority, StringComparison.Ordinal)));

        Assert.DoesNotContain(app.Logs.Lines, line => line.Message.Contains(Secret, StringComparison.Ordinal));
    }

    private static (string Key, string Value)[] To(string address, params (string Key, string Value)[] more) =>
        [("/OTEL_EXPORTER_OTLP_ENDPOINT", address), ("/OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), .. more];
}

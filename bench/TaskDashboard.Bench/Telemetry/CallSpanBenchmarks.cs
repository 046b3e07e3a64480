using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Bench.Telemetry;

/// <summary>What telemetry adds to a tool call: where nobody listens, where /metrics adds up, and where spans are made as well.</summary>
[MemoryDiagnoser]
public class CallSpanBenchmarks
{
    private EngineTelemetry telemetry = null!;
    private MeterListener? metrics;
    private ActivityListener? traces;
    private LiveRun run = null!;
    private AgentTask task = null!;

    /// <summary>Who listens.</summary>
    [Params("nobody", "metrics", "metrics and spans")]
    public string Listening { get; set; } = "nobody";

    [GlobalSetup]
    public void Open()
    {
        telemetry = new EngineTelemetry(TimeProvider.System);
        run = new LiveRun("task_1", "run_1", RunCause.Start, new AgentDefinition { Id = "agent_1", Name = "Assistant" });
        task = new AgentTask
        {
            Id = "task_1",
            Title = "Bench",
            AgentId = "agent_1",
            AgentName = "Assistant",
            Model = "builtin/assistant",
            ChatId = "chat_1",
            UserId = "user_1",
            SessionId = "session_1",
            WorkDir = "/tmp",
        };
        if (Listening != "nobody") Measure();
        if (Listening == "metrics and spans") Trace();
    }

    [GlobalCleanup]
    public void Close()
    {
        metrics?.Dispose();
        traces?.Dispose();
        telemetry.Dispose();
        run.Dispose();
    }

    [Benchmark]
    public void ToolCall() => telemetry.StartToolCall(task, run, "calculate", "call_1").End(StepOutcome.Success);

    private void Measure()
    {
        metrics = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        metrics.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        metrics.Start();
    }

    private void Trace()
    {
        traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(traces);
    }
}

using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Tests.Builders;

/// <summary>Runs for tests: steps one behind the other, a second each.</summary>
internal static class ARun
{
    public static RunRecord With(RunOutcome? outcome = RunOutcome.Completed, string? text = null, params RunStep[] steps) => new(
        ATask.With(status: outcome is null ? AgentTaskStatus.Running : AgentTaskStatus.Completed) with { RunId = "run_1", RunCount = 3 },
        new Run
        {
            RunId = "run_1",
            TaskId = "task_000001",
            Attempt = 2,
            Model = "demo/model",
            StartedAt = ATask.Noon,
            EndedAt = outcome is null ? null : ATask.Noon.AddSeconds(Math.Max(1, steps.Length)),
            Outcome = outcome,
            OutcomeText = text,
            Usage = new TaskUsage(1_000, 200, 100, 0.01m),
            Steps = steps,
        },
        [Fact(1, new RunData("run_1", 2, RunCause.Start)), Fact(2, new StatusData(AgentTaskStatus.Running, ReasonCodes.Model, "The model is answering.", AgentTaskStatus.Pending))],
        2)
    {
        PreviousRunId = "run_0",
        NextRunId = "run_2",
    };

    public static RunStep Model(int index, StepOutcome outcome = StepOutcome.Success, string? error = null, params CallAttempt[] attempts) => Step(index, StepKind.Model, "demo/model", outcome, error) with
    {
        FirstTokenMs = 400,
        Usage = new TaskUsage(100 * index, 20, 10, null),
        Retries = attempts.Length,
        Attempts = attempts.Length == 0 ? null : attempts,
    };

    public static RunStep Tool(int index, string name, StepOutcome outcome = StepOutcome.Success, string? error = null) => Step(index, StepKind.Tool, name, outcome, error) with { CallId = $"call_{index}" };

    public static ModelExchange Exchange(int index, params string[] said) => new()
    {
        StepId = $"step_{index}",
        RunId = "run_1",
        TaskId = "task_000001",
        Model = "demo/model",
        Tools = [new ExchangeTool("read_file", "Reads a file.", null)],
        Messages = [.. said.Select((text, number) => new ExchangeMessage(number == 0 ? "system" : "user", [new ExchangeContent("text") { Text = text }]))],
        Response = new ExchangeAnswer { Ended = true, Updates = [new ExchangeUpdate(400) { Text = "Hello " }, new ExchangeUpdate(500) { Text = $"number {index}." }] },
    };

    private static RunStep Step(int index, StepKind kind, string name, StepOutcome outcome, string? error) => new()
    {
        StepId = $"step_{index}",
        RunId = "run_1",
        Index = index,
        Kind = kind,
        Name = name,
        StartedAt = ATask.Noon.AddSeconds(index - 1),
        DurationMs = 1_000,
        Outcome = outcome,
        Error = error,
    };

    private static RunFact Fact(long seq, EventData data) => new(seq, ATask.Noon, data);
}

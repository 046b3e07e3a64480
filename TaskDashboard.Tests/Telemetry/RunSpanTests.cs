using System.Diagnostics;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>What the spans of a run say: by the conventions for generative AI, and nothing of what was said.</summary>
public sealed class RunSpanTests
{
    /// <summary>In everything that people, models and tools say here.</summary>
    private const string Marker = "plum";

    [Fact]
    public async Task Run_WithAToolCall_IsAnAgentSpan_WithItsCallsBelow()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, model => model
            .Then((_, _, _) => Answer(ScriptedModelProvider.Call("call_1", "calculate", ("expression", "6*7")), "tool_calls"))
            .Then((_, _, _) => Answer(ScriptedModelProvider.Text("42"), "stop")));
        var task = await engine.CreateAsync("How much?");

        var run = Assert.Single(await telemetry.WaitForAsync("invoke_agent", 1));

        var chats = telemetry.Of("chat").ToList();
        var tool = Assert.Single(telemetry.Of("execute_tool"));
        Assert.Equal("invoke_agent Assistant", run.DisplayName);
        Assert.Equal((ActivityKind.Internal, default, ActivityStatusCode.Unset), (run.Kind, run.ParentSpanId, run.Status));
        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(
            ["completed", "Assistant", engine.AgentId, task.ChatId, "start", "1", "20", "2", "scripted", "model", task.Id, done.RunId!, task.Id],
            Values(run, "task_dashboard.outcome", "gen_ai.agent.name", "gen_ai.agent.id", "gen_ai.conversation.id", "task_dashboard.run.cause", "task_dashboard.run.attempt",
                "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.provider.name", "gen_ai.request.model", "task_dashboard.task.id", "task_dashboard.run.id", "task_dashboard.root_task.id"));

        Assert.All(chats.Append(tool), span => Assert.Equal((run.TraceId, run.SpanId), (span.TraceId, span.ParentSpanId)));
        Assert.All(chats, chat => Assert.Equal("chat model", chat.DisplayName));
        Assert.Equal(
            ["chat", "scripted", "model", "scripted-1", "answer_1", "10", "1", task.ChatId, task.Id, done.RunId!, "1", "completed"],
            Values(chats[0], "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model", "gen_ai.response.id", "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens", "gen_ai.conversation.id", "task_dashboard.task.id", "task_dashboard.run.id", "task_dashboard.step", "task_dashboard.outcome"));
        Assert.Equal(["tool_calls"], (string[])chats[0].GetTagItem("gen_ai.response.finish_reasons")!);
        Assert.Equal(["stop"], (string[])chats[1].GetTagItem("gen_ai.response.finish_reasons")!);

        Assert.Equal("execute_tool calculate", tool.DisplayName);
        Assert.Equal(
            ["calculate", "call_1", "function", engine.AgentId, task.Id, "completed"],
            Values(tool, "gen_ai.tool.name", "gen_ai.tool.call.id", "gen_ai.tool.type", "gen_ai.agent.id", "task_dashboard.task.id", "task_dashboard.outcome"));
    }

    [Fact]
    public async Task Failure_OfTheProvider_IsAnError_WithItsCodeAndWithoutItsWords()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, model => model.Always(Fails($"You sent {Marker}.")));
        var task = await engine.CreateAsync("Go");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        var run = Assert.Single(await telemetry.WaitForAsync("invoke_agent", 1));

        var chat = Assert.Single(telemetry.Of("chat"));
        Assert.All([run, chat], span =>
        {
            Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
            Assert.Equal([ProviderException.Rejected, "failed"], Values(span, "error.type", "task_dashboard.outcome"));
        });
    }

    [Fact]
    public async Task Cancel_IsNoError()
    {
        using var telemetry = new RecordedTelemetry();
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never.Task, token)));
        var task = await engine.CreateAsync("Go");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);
        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "tests");

        var run = Assert.Single(await telemetry.WaitForAsync("invoke_agent", 1));

        Assert.All([run, Assert.Single(telemetry.Of("chat"))], span =>
        {
            Assert.Equal(ActivityStatusCode.Unset, span.Status);
            Assert.Equal(["", "cancelled"], Values(span, "error.type", "task_dashboard.outcome"));
        });
    }

    [Fact]
    public async Task Calls_ThatFailOrAreNotMade_SayWhy()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, new AgentScript()
            .For("Go", Calls(Call("calculate", ("expression", Marker)), Call($"{Marker}_tool")), Says("Done.")).Play);
        await engine.CreateAsync("Go");
        await telemetry.WaitForAsync("invoke_agent", 1);

        var calls = telemetry.Of("execute_tool").OrderBy(span => span.DisplayName, StringComparer.Ordinal).ToList();

        // Of a tool that is not there the name is what a model made up.
        Assert.Equal(["execute_tool _OTHER", "execute_tool calculate"], calls.Select(call => call.DisplayName));
        Assert.Equal("tool_not_found", calls[0].GetTagItem("error.type"));
        Assert.Contains("Exception", (string)calls[1].GetTagItem("error.type")!, StringComparison.Ordinal);
        Assert.All(calls, call => Assert.Equal(ActivityStatusCode.Error, call.Status));
    }

    [Fact]
    public async Task Retries_AreEventsOnTheCall()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, model => model.Then((_, observer, token) => RetriedAsync(observer, token)));
        await engine.CreateAsync("Go");
        await telemetry.WaitForAsync("invoke_agent", 1);

        var chat = Assert.Single(telemetry.Of("chat"));

        var retry = Assert.Single(chat.Events);
        Assert.Equal("retry", retry.Name);
        Assert.Equal([2, true], [retry.Tags.Single(tag => tag.Key == "task_dashboard.retry.attempt").Value, retry.Tags.Single(tag => tag.Key == "task_dashboard.retry.rate_limited").Value]);
        var counted = Assert.Single(telemetry.Measurements, one => one.Name == "task_dashboard.provider.retries");
        Assert.Equal((1d, "scripted", "model"), (counted.Value, counted["gen_ai.provider.name"], counted["gen_ai.request.model"]));
    }

    [Fact]
    public async Task Spans_SayNothingOfWhatWasSaid()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, new AgentScript()
            .For("Go", Calls(Call("calculate", ("expression", Marker)), Call("spawn_task", ("message", $"Help with {Marker}"), ("name", Marker))), Says(Marker))
            .For("Help", Fails($"You sent {Marker}.")).Play);
        await engine.CreateAsync($"Go {Marker}", command => command with { Title = Marker, Metadata = new Dictionary<string, string> { ["k"] = Marker } });
        await telemetry.WaitForAsync("invoke_agent", 2);

        foreach (var span in telemetry.Spans)
        {
            IEnumerable<object?> told = [span.DisplayName, span.StatusDescription, .. span.TagObjects.Select(tag => tag.Value), .. span.Events.SelectMany(one => one.Tags).Select(tag => tag.Value), .. span.Baggage.Select(one => one.Value)];
            Assert.DoesNotContain(told, value => value?.ToString()?.Contains(Marker, StringComparison.OrdinalIgnoreCase) == true);
        }

        Assert.DoesNotContain(telemetry.Measurements.SelectMany(one => one.Tags), tag => tag.Value?.ToString()?.Contains(Marker, StringComparison.OrdinalIgnoreCase) == true);
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Answer(Microsoft.Extensions.AI.ChatResponseUpdate said, string finish)
    {
        said.ModelId = "scripted-1";
        said.ResponseId = "answer_1";
        said.FinishReason = new Microsoft.Extensions.AI.ChatFinishReason(finish);
        yield return said;
        yield return ScriptedModelProvider.Usage(10, 1);
        await Task.CompletedTask;
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> RetriedAsync(
        IModelCallObserver observer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow, RateLimited: true, $"You sent {Marker}."), cancellationToken);
        await observer.RetryStartingAsync(2, cancellationToken);
        yield return ScriptedModelProvider.Text("Done.");
    }

    private static string[] Values(Activity span, params string[] names) => [.. names.Select(name => Convert.ToString(span.GetTagItem(name), System.Globalization.CultureInfo.InvariantCulture) ?? "")];
}

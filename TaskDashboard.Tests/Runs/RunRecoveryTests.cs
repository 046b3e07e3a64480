using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Runs;

public sealed class RunRecoveryTests
{
    [Fact]
    public async Task Start_AfterAStopInTheMiddle_ResumesWithThePartialTextKept()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an ", "answer"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await WaitForTextAsync(engine, task.Id, "answer");
        await engine.StopAsync();

        await using var next = await Engine.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.Say("The rest")), directory: engine.DataDirectory);
        var done = await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(2, done.RunCount);
        var runs = await next.Reader.ListRunsAsync(task.Id, 0, 10);
        Assert.Equal([RunOutcome.Interrupted, RunOutcome.Completed], runs.Select(run => run.Outcome!.Value));
        Assert.Equal(RunCause.Recovery, runs[1].Cause);
        var messages = await next.Reader.ListMessagesAsync(task.Id, 0, 100);
        Assert.Equal(["Talk", "Half an answer", "The rest"], messages.Select(message => message.Text));
        Assert.Equal(["Talk", "Half an answer"], next.Model.Calls.Single().Skip(1).Select(message => message.Text));
    }

    [Fact]
    public async Task Start_AfterAKillInTheMiddle_HasTheTextOfTheLastCheckpoint()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an ", "answer"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await WaitForTextAsync(engine, task.Id, "answer");
        await engine.Services.GetRequiredService<OpenTextTable>().CheckpointAsync();

        await using var next = await Engine.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.Say("The rest")), directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var said = (await next.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<MessageData>().ToList();
        Assert.Equal([("Talk", false), ("Half an answer", true), ("The rest", false)], said.Select(message => (message.Text, message.Partial)));
    }

    [Fact]
    public async Task Start_WithPolicyFail_FailsWhatWasAtWorkAsOrphaned()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await WaitForTextAsync(engine, task.Id, "Half");
        await engine.StopAsync();

        await using var next = await Engine.StartAsync(directory: engine.DataDirectory, settings: ("Recovery", "Fail"));

        var orphan = (await next.Reader.ListAsync(new TaskQuery())).Items.Single();
        Assert.Equal((AgentTaskStatus.Failed, ReasonCodes.Orphaned), (orphan.Status, orphan.Reason));
        Assert.Contains("Retry", orphan.ReasonText, StringComparison.Ordinal);
        var retried = await next.Tasks.RetryAsync(task.Id);
        Assert.Equal(AgentTaskStatus.Completed, (await next.WaitForAsync(retried.Id, row => row.RunCount == 2 && row.Status.IsTerminal())).Status);
    }

    [Fact]
    public async Task Start_AfterAToolCallWasInFlight_TellsItsOutcomeAsUnknownAndDoesNotRepeatIt()
    {
        await using var engine = await Engine.StartAsync(model => model.Then(ScriptedModelProvider.Call("slow", "wait", ("seconds", 600))));
        var task = await engine.CreateAsync("Wait long");
        await engine.WaitForAsync(task.Id, row => row.Reason == ReasonCodes.Tool);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var events = await next.Reader.ListEventsAsync(task.Id, 0, 100);
        Assert.Single(events, @event => @event.Type == EventTypes.ToolUse);
        var result = Assert.Single(events.Select(@event => @event.Data).OfType<ToolResultData>());
        Assert.Equal(StepOutcome.Unknown, result.Status);
        var told = next.Model.Calls.Single().SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single();
        Assert.Contains("unknown", told.Result!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAThousandUnfinishedTasks_SettlesThemBeforeTheFirstListIsServed()
    {
        const int Count = 1000;
        await using var engine = await Engine.StartAsync();
        var template = await engine.CreateAsync("Template");
        await engine.WaitForAsync(template.Id, AgentTaskStatus.Completed);
        await engine.StopAsync();
        await MultiplyAsRunningAsync(engine.DataDirectory, template.Id, Count);

        await using var next = await Engine.StartAsync(directory: engine.DataDirectory, settings: ("Recovery", "Fail"));

        var counts = next.Reader.Counts;
        Assert.Equal(0, counts.Running);
        Assert.Equal(Count, counts.ByStatus[AgentTaskStatus.Failed]);
    }

    [Fact]
    public async Task Start_OnADataDirectoryInUse_IsRefusedInPlainWords()
    {
        await using var engine = await Engine.StartAsync();

        var refused = await Assert.ThrowsAsync<Core.Storage.DataDirectoryException>(() => Engine.StartAsync(directory: engine.DataDirectory));

        Assert.Contains("Another TaskDashboard", refused.Message, StringComparison.Ordinal);
        Assert.Contains(engine.DataDirectory, refused.Message, StringComparison.Ordinal);
    }

    private static async Task MultiplyAsRunningAsync(string directory, string taskId, int count)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "taskdashboard.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n;
            CREATE TEMP TABLE copies AS SELECT t.*, n.i FROM tasks t, numbers n WHERE t.id = '{taskId}';
            UPDATE copies SET key = key + i, id = id || i, run_id = run_id || i, status = 1, attention = 1, reason = 'model', reason_text = 'The model is answering.';
            INSERT INTO runs (id, task_key, attempt, cause, model, started_at, input_tokens, output_tokens, cached_tokens)
                SELECT run_id, key, 1, 0, model, started_at, 0, 0, 0 FROM copies;
            INSERT INTO events (task_key, seq, type, at, data) SELECT c.key, e.seq, e.type, e.at, e.data FROM copies c, events e
                WHERE e.task_key = (SELECT key FROM tasks WHERE id = '{taskId}');
            """;
        await command.ExecuteNonQueryAsync();
        command.CommandText = "SELECT group_concat('\"' || name || '\"') FROM pragma_table_info('tasks')";
        var columns = (string)(await command.ExecuteScalarAsync())!;
        command.CommandText = $"INSERT INTO tasks ({columns}) SELECT {columns} FROM copies";
        Assert.Equal(count, await command.ExecuteNonQueryAsync());
    }

    private static async Task WaitForTextAsync(Engine engine, string taskId, string end)
    {
        using var bound = new CancellationTokenSource(Engine.Bound);
        await foreach (var frame in engine.Feed.WatchTaskAsync(taskId, 0, bound.Token))
        {
            if (frame is DeltaFrame { Text: var text } && text.EndsWith(end, StringComparison.Ordinal)) return;
        }
    }
}

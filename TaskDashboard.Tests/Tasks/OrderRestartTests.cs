using System.Collections.Concurrent;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>The process is killed at every moment of an order with predecessors, attempts, delays and messages: nothing of it is forgotten.</summary>
public sealed class OrderRestartTests
{
    private static readonly (string Key, string Value)[] Settings = [("Limits:RetryDelaySeconds", "0.02"), ("Limits:MaxConcurrentRuns", "2")];

    [Fact]
    public async Task Restart_AtEachMoment_BringsEveryTaskToItsEnd()
    {
        var copies = new ConcurrentQueue<(string Directory, int Stored)>();
        var ids = new List<string>();
        await using (var engine = await Engine.StartAsync(Script, settings: Settings))
        {
            using var watching = new CancellationTokenSource();
            var watch = CopyAtEachChangeAsync(engine, copies, watching.Token);
            var flaky = await engine.CreateAsync("Flaky", command => command with { MaxAttempts = 5 });
            ids.Add(flaky.Id);
            await engine.Tasks.SendMessageAsync(flaky.Id, new SendMessage("Read me once"));
            ids.Add((await engine.CreateAsync("After flaky", After(flaky.Id))).Id);
            ids.Add((await engine.CreateAsync("Delayed", command => After(flaky.Id)(command) with { DelayUntil = DateTimeOffset.UtcNow.AddSeconds(0.3) })).Id);
            ids.Add((await engine.CreateAsync("Broken", command => command with { MaxAttempts = 5 })).Id);
            ids.Add((await engine.CreateAsync("Doomed", After(ids[3]))).Id);
            ids.Add((await engine.CreateAsync("Stubborn", command => command with { DependsOn = [new TaskDependency(ids[3], DependencyFailure.Continue)] })).Id);
            foreach (var id in ids) await engine.WaitForAsync(id, task => task.Status.IsTerminal());
            await watching.CancelAsync();
            await watch;
            await CheckAsync(engine, ids);
        }

        Assert.True(copies.Count > 10, $"Only {copies.Count} moments were seen.");
        foreach (var (directory, stored) in copies)
        {
            await using var next = await Engine.StartAsync(Script, directory, settings: Settings);
            var known = (await next.Reader.ListAsync(new TaskQuery { Sort = TaskSort.Oldest })).Items.Select(task => task.Id).ToList();
            Assert.Equal(ids.Take(known.Count), known);
            Assert.True(known.Count >= stored, $"{known.Count} tasks of {stored} that were acknowledged.");
            await CheckAsync(next, known);
            await next.StopAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Script(ScriptedModelProvider model) => new AgentScript()
        .For("Flaky", Fails("A cable.", retryable: true), Fails("The same cable.", retryable: true), Says("It works."), Says("Read."))
        .For("Broken", Fails("Never.")).For("After", Says("After.")).For("Delayed", Says("Late.")).For("Doomed", Says("Not to be said.")).For("Stubborn", Says("All the same."))
        .Play(model);

    private static Func<CreateTask, CreateTask> After(string id) => command => command with { DependsOn = [new TaskDependency(id)] };

    private static async Task CopyAtEachChangeAsync(Engine engine, ConcurrentQueue<(string Directory, int Stored)> copies, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in engine.Feed.WatchListAsync(0, cancellationToken))
            {
                var stored = (int)engine.Reader.Counts.Total;
                copies.Enqueue((engine.CopyAsLeftByAKill(), stored));
            }
        }
        catch (OperationCanceledException)
        {
            // Enough seen.
        }
    }

    private static async Task CheckAsync(Engine engine, List<string> ids)
    {
        foreach (var id in ids)
        {
            var task = await engine.WaitForAsync(id, row => row.Status.IsTerminal());
            var expected = task.Title is "Broken" or "Doomed" ? AgentTaskStatus.Failed : AgentTaskStatus.Completed;
            Assert.True(expected == task.Status, $"{task.Title}: {task.Status} {task.ReasonText} ({task.Attempt} of {task.MaxAttempts})");
            var events = await engine.Reader.ListEventsAsync(id, 0, 200);
            Assert.Equal(Enumerable.Range(1, events.Count), events.Select(@event => (int)@event.Seq));
            Assert.Single(events.Select(@event => @event.Data).OfType<StatusData>(), data => data.Status.IsTerminal());
            var runs = await engine.Reader.ListRunsAsync(id, 0, 20);
            Assert.All(runs, run => Assert.NotNull(run.Outcome));
            if (task.Title == "Doomed") Assert.Empty(runs);
            else Assert.Equal(task.Title == "Broken" ? RunOutcome.Failed : RunOutcome.Completed, runs[^1].Outcome);
        }

        if (ids.Count == 0) return;
        var messages = await engine.Reader.ListMessagesAsync(ids[0], 0, 100);
        Assert.True(messages.Count(message => message.Text == "Read me once") <= 1);
        Assert.All(messages.Where(message => message.Text == "Read me once"), message => Assert.Equal(EntryState.Read, message.State));
    }
}

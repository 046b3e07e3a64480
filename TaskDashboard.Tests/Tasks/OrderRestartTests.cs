using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
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
        var moments = new Moments();
        var ids = new List<string>();
        await using (var engine = await Engine.StartWithAsync(services => services.AddSingleton<ICommitListener>(moments), Script, settings: Settings))
        {
            moments.Watch(engine);
            var flaky = await engine.CreateAsync("Flaky", command => command with { MaxAttempts = 5 });
            ids.Add(flaky.Id);
            await engine.Tasks.SendMessageAsync(flaky.Id, new SendMessage("Read me once"));
            ids.Add((await engine.CreateAsync("After flaky", After(flaky.Id))).Id);
            ids.Add((await engine.CreateAsync("Delayed", command => After(flaky.Id)(command) with { DelayUntil = DateTimeOffset.UtcNow.AddSeconds(0.3) })).Id);
            ids.Add((await engine.CreateAsync("Broken", command => command with { MaxAttempts = 5 })).Id);
            ids.Add((await engine.CreateAsync("Doomed", After(ids[3]))).Id);
            ids.Add((await engine.CreateAsync("Stubborn", command => command with { DependsOn = [new TaskDependency(ids[3], DependencyFailure.Continue)] })).Id);
            foreach (var id in ids) await engine.WaitForAsync(id, task => task.Status.IsTerminal());
            moments.Watch(null);
            await CheckAsync(engine, ids);
        }

        Assert.True(moments.Copies.Count > 10, $"Only {moments.Copies.Count} moments were seen.");
        foreach (var (directory, stored) in moments.Copies)
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

    /// <summary>Copies the files as a kill would leave them, behind a commit and before the next one: on the writer, which waits for it.</summary>
    private sealed class Moments : ICommitListener
    {
        /// <summary>Each is a start of its own; these are spread over the whole story.</summary>
        private const int Every = 2;
        private const int Most = 24;

        private Engine? watched;
        private int commits;

        public ConcurrentQueue<(string Directory, int Stored)> Copies { get; } = new();

        /// <summary>Begins with the next commit; null ends it.</summary>
        public void Watch(Engine? engine) => Volatile.Write(ref watched, engine);

        public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
        {
            if (Volatile.Read(ref watched) is { } engine && commits++ % Every == 0 && Copies.Count < Most) Copies.Enqueue((engine.CopyAsLeftByAKill(), (int)engine.Reader.Counts.Total));
        }
    }
}

using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks.StateMachine;

/// <summary>Random operations on real tasks, against a reference that knows only the design.</summary>
public sealed class StateMachineTests
{
    private const int Cases = 20;
    private const int TasksInACase = 50;
    private const int OperationsOnATask = 100;

    [Fact]
    public async Task HundredThousandRandomOperations_LeaveEveryTaskAsTheReferenceHasIt()
    {
        await using var engine = await Engine.StartAsync();
        engine.Services.GetRequiredService<RunSlots>().Close();
        var ids = engine.Services.GetRequiredService<IdSource>();
        var operations = Gen.Elements(Enum.GetValues<TaskOperation>()).ArrayOf(OperationsOnATask).ArrayOf(TasksInACase);

        // Claims and ends are what moves a task on; without extra weight most sequences would sit at the same place.
        var weighted = Gen.Frequency(
            (3, Gen.Elements(Enum.GetValues<TaskOperation>())), (2, Gen.Constant(TaskOperation.Claim)), (1, Gen.Constant(TaskOperation.Continue)))
            .ArrayOf(OperationsOnATask).ArrayOf(TasksInACase);

        var done = 0;
        var config = Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true);
        Check.One(config, Prop.ForAll(Gen.OneOf(operations, weighted).ToArbitrary(), sequences =>
        {
            // Together, so that the store takes many in one commit.
            Task.WhenAll(sequences.Select((sequence, index) => PlayAsync(engine, ids, sequence, index))).GetAwaiter().GetResult();
            done += sequences.Sum(sequence => sequence.Length);
        }));

        Assert.Equal(Cases * TasksInACase * OperationsOnATask, done);
    }

    [Fact]
    public async Task RandomInterleavings_OnOneTask_EndEachRunOnce_AsTheRowSays()
    {
        var random = new Random(20261121);
        var gate = new SemaphoreSlim(0);
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, token) => SayWhenLet(gate, token)));
        var task = await engine.CreateAsync("Begin");

        for (var round = 0; round < 150; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => random.Next(5)).ToList().Select(choice => Task.Run(async () =>
            {
                try
                {
                    switch (choice)
                    {
                        case 0: await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you"); break;
                        case 1: await engine.Tasks.SendMessageAsync(task.Id, new SendMessage($"More {round}")); break;
                        case 2: await engine.Tasks.SendMessageAsync(task.Id, new SendMessage($"Now {round}", MessageMode.Interrupt)); break;
                        case 3: await engine.Tasks.RetryAsync(task.Id); break;
                        default: gate.Release(); break;
                    }
                }
                catch (RefusedException)
                {
                    // One of the others was first: that is what is tested.
                }
            })));
        }

        // The way out: whatever is still at work may end.
        gate.Release(10_000);
        var ended = await engine.WaitForAsync(task.Id, row => row.Status.IsTerminal() && row.Inbox.Count == 0);
        await AssertLogAsync(engine, task.Id, null);
        Assert.True(ended.RunCount > 50, $"Only {ended.RunCount} runs.");
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> SayWhenLet(
        SemaphoreSlim gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text("Well, ");
        await gate.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Text("done.");
    }

    private static async Task PlayAsync(Engine engine, IdSource ids, TaskOperation[] sequence, int index)
    {
        var maxAttempts = 1 + (index % 3);
        var reference = new ReferenceTask(maxAttempts);
        var stored = await StoredTask.CreateAsync(engine, ids, maxAttempts, index);
        for (var step = 0; step < sequence.Length; step++)
        {
            var expected = reference.Take(sequence[step]);
            var applied = await stored.TakeAsync(sequence[step]);
            var row = (await engine.Reader.FindAsync(stored.Id))!;
            if (expected != applied || row.Status != reference.Status || row.RunCount != reference.Runs || row.Attempt != reference.Attempt)
            {
                throw new InvalidOperationException(
                    $"Step {step} ({sequence[step]}): applied {applied} instead of {expected}; {row.Status}, run {row.RunCount}, attempt {row.Attempt} instead of " +
                    $"{reference.Status}, run {reference.Runs}, attempt {reference.Attempt}. Sequence: {string.Join(" ", sequence.Take(step + 1))}");
            }

            if (row is { Status: not AgentTaskStatus.Completed and not AgentTaskStatus.Cancelled } && string.IsNullOrWhiteSpace(row.ReasonText))
            {
                throw new InvalidOperationException($"No reason after step {step} ({sequence[step]}): {row.Status}.");
            }
        }

        await AssertLogAsync(engine, stored.Id, reference.Outcomes);
    }

    /// <summary>No gap, only legal moves, every run ended at most once and as the runs say, the last status the row's.</summary>
    private static async Task AssertLogAsync(Engine engine, string taskId, List<string>? outcomes)
    {
        var row = (await engine.Reader.FindAsync(taskId))!;
        var events = await engine.Reader.ListEventsAsync(taskId, 0, 100_000);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(@event => @event.Seq));
        Assert.Equal(row.LastSeq, events[^1].Seq);
        var statuses = events.Select(@event => @event.Data).OfType<StatusData>().ToList();
        Assert.All(statuses.Zip(statuses.Skip(1)), pair => Assert.True(ReferenceTask.IsLegal(pair.First.Status, pair.Second.Status), $"{pair.First.Status} → {pair.Second.Status}"));
        Assert.All(statuses.Zip(statuses.Skip(1)), pair => Assert.Equal(pair.First.Status, pair.Second.Previous));
        Assert.Equal(row.Status, statuses[^1].Status);
        var ends = events.Select(@event => @event.Data).OfType<RunData>().Where(run => run.Outcome is not null).ToList();
        Assert.Equal(ends.Count, ends.Select(run => run.RunId).Distinct().Count());
        var runs = await engine.Reader.ListRunsAsync(taskId, 0, 100_000);
        Assert.Equal(runs.Where(run => run.Outcome is not null).Select(run => (run.RunId, run.Outcome)), ends.Select(run => (run.RunId, run.Outcome)));
        if (outcomes is not null) Assert.Equal(outcomes, ends.Select(run => run.Outcome.ToString()!.ToLowerInvariant()));
    }
}

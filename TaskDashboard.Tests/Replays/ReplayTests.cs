using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Replays;

/// <summary>A run is played again from its record: offline, at once, and to the same transcript.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task FiftyRecordedRuns_OfEveryKind_AreReplayed_ToEqualTranscripts()
    {
        Engine? running = null;
        await using var engine = running = await Engine.StartAsync(new RandomRuns(() => running!).Play);
        var runs = new List<Run>();
        for (var seed = 0; seed < 50; seed++)
        {
            var order = RandomRuns.OrderOf(seed);
            var ended = await engine.WaitForAsync((await engine.CreateAsync(order, command => command with { Title = order })).Id, task => task.Status.IsTerminal());
            runs.Add((await engine.Reader.FindRunAsync(ended.RunId!))!);
        }

        var asked = engine.Model.Calls.Count;
        Assert.Equal([RunOutcome.Completed, RunOutcome.Failed, RunOutcome.Cancelled], runs.Select(run => run.Outcome!.Value).Distinct().Order());

        var reports = new List<ReplayReport>();
        foreach (var run in runs) reports.Add(await ReplayAsync(engine, run.RunId));

        var different = reports.Where(report => !report.Equal).SelectMany(report => report.Differences.Select(difference => $"{runs.FindIndex(run => run.RunId == report.RunId)}: {difference}"));
        Assert.True(!different.Any(), string.Join('\n', different));
        Assert.Equal(asked, engine.Model.Calls.Count);
        Assert.True(reports.Sum(report => report.Calls) > 100 && reports.Sum(report => report.Entries) > 300);
    }

    [Fact]
    public async Task LaterRun_OfATask_BeginsWithWhatWasSaidBefore()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", Calls(Call("calculate", ("expression", "1 + 1"))), Says("Two."), Calls(Call("calculate", ("expression", "2 + 2"))), Says("Four.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("First")).Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("And more"));
        var again = await engine.WaitForAsync(task.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        var report = await ReplayAsync(engine, again.RunId!);

        Assert.Empty(report.Differences);
        Assert.Equal((2, 3), (report.Calls, report.Entries));
    }

    [Fact]
    public async Task Replay_TakesAsLongOnItsOwnClock_CallsNoTool_AndLeavesTheTaskAsItIs()
    {
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, _) => Slowly(time, ScriptedModelProvider.Text("One "), ScriptedModelProvider.Text("moment."), ScriptedModelProvider.Call("call", "write_file", ("path", "a.txt"), ("content", "hello"))))
            .Then((_, _, _) => Slowly(time, ScriptedModelProvider.Text("Done."))), time: time);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Completed);
        var file = Path.Combine(task.WorkDir!, "a.txt");
        Assert.Equal("hello", await File.ReadAllTextAsync(file));
        File.Delete(file);

        var report = await ReplayAsync(engine, task.RunId!);

        Assert.True(report.Equal, string.Join('\n', report.Differences));
        Assert.Equal(240_000, report.VirtualMs);
        Assert.False(File.Exists(file));
        Assert.Equal(task, await engine.Reader.FindAsync(task.Id), new SameRow());
        Assert.False(Directory.Exists(Path.Combine(engine.DataDirectory, "replays")));
    }

    [Fact]
    public async Task RunThatRanOutOfTime_RunsOutOfItAgain()
    {
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half a "], Task.Delay(Timeout.Infinite, token), token)), time: time);
        var task = await engine.CreateAsync("Go", command => command with { TimeoutS = 5 });
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return engine.Store.Live.Find(task.Id) is null;
        });
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Empty((await ReplayAsync(engine, ended.RunId!)).Differences);
    }

    [Fact]
    public async Task RunThatThisProgramWouldMakeOtherwise_IsToldWhere()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", Calls(Call("calculate", ("expression", "1 + 1"))), Says("Two.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("First")).Id, AgentTaskStatus.Completed);
        await using (var context = await engine.Store.Contexts.CreateDbContextAsync())
        {
            await context.Messages.Where(row => row.Text == "Two.").ExecuteUpdateAsync(set => set.SetProperty(row => row.Text, "Three."));
            await context.Messages.Where(row => row.Text.StartsWith("1 + 1")).ExecuteUpdateAsync(set => set.SetProperty(row => row.Text, "1 + 1 = 3"));
        }

        var report = await ReplayAsync(engine, task.RunId!);

        Assert.False(report.Equal);
        Assert.Equal(["call 2, message 4", "entry 3"], report.Differences.Select(difference => difference.Place));
        Assert.Equal(("step 2: Assistant: Three.", "step 2: Assistant: Two."), (report.Differences[1].Recorded, report.Differences[1].Replayed));
    }

    [Fact]
    public async Task RunThatIsAtWork_OrWasNotRecorded_OrIsNone_CannotBeReplayed()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["On it."], gate.Task, token)), settings: ("Exchanges:Record", "false"));
        var task = await engine.CreateAsync("Go");
        var running = await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        Assert.Equal("run_active", (await Assert.ThrowsAsync<RefusedException>(() => ReplayAsync(engine, running.RunId!))).Code);
        gate.SetResult();
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal("not_recorded", (await Assert.ThrowsAsync<RefusedException>(() => ReplayAsync(engine, ended.RunId!))).Code);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => ReplayAsync(engine, "run_none"))).Code);
    }

    private static Task<ReplayReport> ReplayAsync(Engine engine, string runId) => engine.Services.GetRequiredService<IReplays>().ReplayAsync(runId);

    /// <summary>A minute before each piece.</summary>
    private static async IAsyncEnumerable<ChatResponseUpdate> Slowly(ManualTimeProvider time, params ChatResponseUpdate[] pieces)
    {
        foreach (var piece in pieces)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            yield return piece;
        }

        await Task.CompletedTask;
    }

    private sealed class SameRow : IEqualityComparer<AgentTask?>
    {
        public bool Equals(AgentTask? x, AgentTask? y) => (x?.Version, x?.LastSeq, x?.RunCount, x?.Status) == (y?.Version, y?.LastSeq, y?.RunCount, y?.Status);

        public int GetHashCode(AgentTask obj) => obj.Id.GetHashCode(StringComparison.Ordinal);
    }
}

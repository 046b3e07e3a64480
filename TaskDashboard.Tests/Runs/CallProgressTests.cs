using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>What tools tell while they are at work.</summary>
public sealed class CallProgressTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task Reports_AreWrittenOncePerHalfSecond_AndTheLastOneWins()
    {
        var gate = new TaskCompletionSource();
        CallProgress? progress = null;
        await using var engine = await StartAsync(async token =>
        {
            progress = CallProgress.Current;
            progress!.Report("first", 0.1);
            await gate.Task.WaitAsync(token);
            return "done";
        });
        var task = await engine.CreateAsync("Work");
        await ReachAsync(engine, task, "first");

        progress!.Report("second", 0.2);
        progress.Report("third", 0.3);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(["first"], await TextsAsync(engine, task));
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return (await TextsAsync(engine, task)).Count > 1;
        });
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["first", "third"], await TextsAsync(engine, task));
        var events = await EventsAsync(engine, task);
        var call = events.OfType<ToolUseData>().Single().CallId;
        Assert.Equal([(call, 0.1), (call, 0.3)], events.OfType<ProgressData>().Select(news => (news.CallId!, news.Fraction!.Value)));
    }

    [Fact]
    public async Task Reports_BehindTheResult_AreNotWritten()
    {
        CallProgress? progress = null;
        await using var engine = await StartAsync(_ =>
        {
            progress = CallProgress.Current;
            progress!.Report("first", null);
            progress.Report("too late", null);
            return Task.FromResult<object?>("done");
        });
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        progress!.Report("far too late", 1);
        time.Advance(TimeSpan.FromSeconds(1));

        var events = await EventsAsync(engine, task);
        Assert.DoesNotContain("too late", string.Join(' ', await TextsAsync(engine, task)), StringComparison.Ordinal);
        Assert.DoesNotContain(events.SkipWhile(data => data is not ToolResultData), data => data is ProgressData);
        Assert.Empty(engine.Logs.Lines);
    }

    [Fact]
    public void Current_OutsideOfACall_IsNull() => Assert.Null(CallProgress.Current);

    private static async Task<List<EventData>> EventsAsync(Engine engine, AgentTask task) => [.. (await engine.Reader.ListEventsAsync(task.Id, 0, 500)).Select(one => one.Data)];

    private static async Task<List<string?>> TextsAsync(Engine engine, AgentTask task) => [.. (await EventsAsync(engine, task)).OfType<ProgressData>().Select(news => news.Text)];

    private static Task ReachAsync(Engine engine, AgentTask task, string text) => Eventually.TrueAsync(async () => (await TextsAsync(engine, task)).Contains(text));

    private async Task<Engine> StartAsync(Func<CancellationToken, Task<object?>> body)
    {
        var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(new UnrulyTools(("unruly", body))),
            new AgentScript().For("Work", Calls(Call("unruly")), Says("Done.")).Play, time: time);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["unruly"] });
        return engine;
    }
}

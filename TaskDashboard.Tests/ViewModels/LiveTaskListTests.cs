using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels;

public class LiveTaskListTests
{
    private readonly ChannelFeed feed = new();

    private LiveTaskList Create() => new(feed, new ListedTasks(), TimeProvider.System, NullLogger<LiveTaskList>.Instance);

    [Fact]
    public async Task Start_ManyTimes_WatchesOnce()
    {
        await using var live = Create();
        for (var index = 0; index < 5; index++) live.Start();
        feed.Send(new CountsFrame(ChannelFeed.Counts(running: 2)));
        await Eventually.TrueAsync(() => live.Counts.Total == 2);
        Assert.Equal(1, feed.ListWatches);
    }

    [Fact]
    public async Task Counts_OfTheFeed_MoveTheBadgeOnlyWhenItsNumbersChange()
    {
        await using var live = Create();
        using var badge = new RunningCountViewModel(live);
        var told = 0;
        badge.Changed += () => Interlocked.Increment(ref told);
        badge.Start();
        feed.Send(new ListSnapshotFrame(ChannelFeed.Counts(running: 2, needsYou: 1), 5, false));
        await Eventually.TrueAsync(() => badge is { Running: 2, NeedsYou: 1 });
        feed.Send(new CountsFrame(ChannelFeed.Counts(running: 2, needsYou: 1, completed: 9)));
        await Eventually.TrueAsync(() => live.Counts.Total == 12);
        feed.Send(new CountsFrame(ChannelFeed.Counts(running: 3, needsYou: 1)));
        await Eventually.TrueAsync(() => badge.Running == 3 && Volatile.Read(ref told) == 2);
        Assert.Equal("(3) Tasks", badge.Title("Tasks"));
    }

    [Fact]
    public async Task Changes_OfOneTask_ComeAsOneThatKnowsItIsNew()
    {
        await using var live = Create();
        var heard = new List<LiveTaskChange>();
        live.Changed += batch => { lock (heard) heard.AddRange(batch.Changes); };
        feed.Send(
            ChannelFeed.Changed(ATask.With(status: AgentTaskStatus.Pending), null),
            ChannelFeed.Changed(ATask.With(status: AgentTaskStatus.Running, version: 2), AgentTaskStatus.Pending));
        live.Start();
        await Eventually.TrueAsync(() => { lock (heard) return heard.Any(change => change.Task?.Status == AgentTaskStatus.Running); });
        Assert.Contains(heard, change => change.Created);
    }

    [Fact]
    public void Changes_OfOneTask_SayWhichStatusItHadBeforeTheFirst_AndNothingWhereItHasNoOther()
    {
        var step = LiveTaskChange.From(ChannelFeed.Changed(ATask.With(version: 2), AgentTaskStatus.Running));
        var end = LiveTaskChange.From(ChannelFeed.Changed(ATask.With(status: AgentTaskStatus.Waiting, version: 3), AgentTaskStatus.Running));
        var again = LiveTaskChange.From(ChannelFeed.Changed(ATask.With(version: 4), AgentTaskStatus.Waiting));

        Assert.Equal(AgentTaskStatus.Running, end.Then(again).Previous);
        Assert.False(TaskSegment.Running.IsEnteredFrom(end.Then(again).Previous));
        Assert.False(TaskSegment.Running.IsEnteredFrom(step.Previous));
        Assert.False(TaskSegment.Running.IsEnteredFrom(new LiveTaskChange("task_1", null, false, false).Previous));
        Assert.True(TaskSegment.Running.IsEnteredFrom(again.Previous));
    }

    [Fact]
    public async Task ResyncOfTheFeed_IsHandedOn()
    {
        await using var live = Create();
        var resync = false;
        live.Changed += batch => resync |= batch.Resync;
        live.Start();
        feed.Send(new ListSnapshotFrame(ChannelFeed.Counts(), 5, true));
        await Eventually.TrueAsync(() => resync);
    }

    [Fact]
    public async Task WhatHappensBetweenItsMakingAndItsStart_IsTold()
    {
        await using var engine = await Engine.StartAsync();
        var first = await engine.CreateAsync("One");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        await using var live = new LiveTaskList(engine.Feed, engine.Reader, TimeProvider.System, NullLogger<LiveTaskList>.Instance);
        var heard = new List<LiveTaskBatch>();
        live.Changed += batch => { lock (heard) heard.Add(batch); };
        var second = await engine.CreateAsync("Two");
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        await engine.Tasks.DeleteAsync(first.Id, "you");

        live.Start();

        await Eventually.TrueAsync(() => { lock (heard) return heard.Any(batch => batch.Changes.Any(change => change.TaskId == first.Id && change.Deleted)); });
        lock (heard)
        {
            Assert.DoesNotContain(heard, batch => batch.Resync);
            Assert.Contains(heard.SelectMany(batch => batch.Changes), change => change.TaskId == second.Id && change.Created);
        }
    }

    [Fact]
    public async Task WatchThatBreaksBeforeItHasTold_BeginsWhereItBegan()
    {
        var time = new ManualTimeProvider();
        feed.NewestId = 5;
        await using var live = new LiveTaskList(feed, new ListedTasks(), time, NullLogger<LiveTaskList>.Instance);
        live.Start();
        feed.Send(new ListSnapshotFrame(ChannelFeed.Counts(running: 2), 9, false));
        await Eventually.TrueAsync(() => live.Counts.Total == 2);

        feed.BreakList(new IOException("Gone."));

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return feed.ListCursors.Count == 2;
        });
        Assert.Equal([5, 5], feed.ListCursors);
    }

    [Theory]
    [InlineData(0, 9, "0")]
    [InlineData(9, 9, "9")]
    [InlineData(10, 9, "9+")]
    [InlineData(100, 99, "99+")]
    public void Capped_SaysLargeNumbersShort(long count, int cap, string text) => Assert.Equal(text, RunningCountViewModel.Capped(count, cap));
}

using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class TaskListViewModelTests
{
    private readonly ListedTasks store = new();

    private async Task<TaskListViewModel> ShowAsync(TaskListFilter? filter = null)
    {
        var list = new TaskListViewModel(store);
        await list.ShowAsync(filter ?? new TaskListFilter(), default);
        return list;
    }

    private void Fill(int count, AgentTaskStatus status = AgentTaskStatus.Completed)
    {
        for (var index = 0; index < count; index++) store.Tasks.Add(ATask.With($"task_{store.Tasks.Count:000000}", status));
    }

    private LiveTaskBatch Batch(params LiveTaskChange[] changes) => new(changes, store.Counts, false);

    private static LiveTaskChange Changed(AgentTask task, bool created = false) => new(task.Id, task, created, false);

    [Fact]
    public async Task TasksThatOthersShare_AreCountedInTheSegments_AndAreNoFirstRun()
    {
        Fill(3);
        store.Others.UnionWith(store.Tasks.Select(task => task.Id));
        var list = await ShowAsync();

        Assert.False(list.IsFirstRun);
        Assert.True(list.NeedsRecount);
        Assert.Equal(3, list.CountOf(TaskSegment.All));
        Assert.Equal(3, list.CountOf(TaskSegment.Completed));
    }

    [Fact]
    public async Task OwnTasks_NeedNoRecount()
    {
        Fill(3);
        var list = await ShowAsync();

        Assert.False(list.NeedsRecount);
        Assert.Equal(3, list.CountOf(TaskSegment.All));
    }

    [Fact]
    public async Task Range_AtTheEndOfManyTasks_IsFoundAndSaysWhereTheEndIs()
    {
        Fill(1234);
        var list = await ShowAsync();
        Assert.Equal(1234, list.Total);
        var last = await list.RangeAsync(1220, 50, default);
        Assert.Equal(14, last.Count);
        Assert.Equal("task_000000", last[^1].Task.Id);
        Assert.Equal(1234, list.Total);
    }

    [Fact]
    public async Task Range_OverPageBorders_HasEveryRowOnce()
    {
        Fill(450);
        var list = await ShowAsync();
        var seen = new List<string>();
        for (var start = 0; start < 450; start += 70) seen.AddRange((await list.RangeAsync(start, 70, default)).Select(row => row.Task.Id));
        Assert.Equal(450, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public async Task Range_OverAPageBorderThatATaskHasCrossed_HasItOnce()
    {
        Fill(250);
        var list = await ShowAsync();
        var moved = store.Tasks[^1];
        store.Tasks.Remove(moved);
        store.Tasks.Insert(120, moved);

        var range = await list.RangeAsync(0, 200, default);

        Assert.Contains(range, row => row.Task.Id == moved.Id);
        Assert.Equal(range.Count, range.Distinct().Count());
    }

    [Fact]
    public async Task Range_SeenBefore_IsNotReadAgain()
    {
        Fill(300);
        var list = await ShowAsync();
        await list.RangeAsync(0, 50, default);
        var reads = store.Reads;
        await list.RangeAsync(20, 50, default);
        Assert.Equal(reads, store.Reads);
    }

    [Fact]
    public async Task Apply_AChangeOfARow_TellsThatRowAlone()
    {
        Fill(3, AgentTaskStatus.Running);
        var list = await ShowAsync();
        var rows = await list.RangeAsync(0, 3, default);
        var told = new int[3];
        for (var index = 0; index < 3; index++)
        {
            var place = index;
            rows[index].Changed += () => told[place]++;
        }

        await list.ApplyAsync(Batch(Changed(ATask.With(rows[1].Task.Id, AgentTaskStatus.Completed, version: 2))), default);
        Assert.Equal([0, 1, 0], told);
        Assert.Equal(AgentTaskStatus.Completed, rows[1].Task.Status);
        Assert.Equal(0, list.NewCount);
    }

    [Fact]
    public async Task Apply_AnOlderPictureOfARow_IsIgnored()
    {
        store.Tasks.Add(ATask.With("task_1", AgentTaskStatus.Completed, version: 5));
        var list = await ShowAsync();
        await list.ApplyAsync(Batch(Changed(ATask.With("task_1", AgentTaskStatus.Running, version: 4))), default);
        Assert.Equal(AgentTaskStatus.Completed, (await list.RangeAsync(0, 1, default))[0].Task.Status);
    }

    [Fact]
    public async Task Apply_ANewTask_WaitsInThePill_UntilRefreshed()
    {
        Fill(2);
        var list = await ShowAsync();
        var created = ATask.With("task_999999", AgentTaskStatus.Pending);
        store.Tasks.Add(created);
        await list.ApplyAsync(Batch(Changed(created, created: true)), default);
        Assert.Equal((1, 2), (list.NewCount, list.Total));

        await list.RefreshAsync(default);
        Assert.Equal((0, 3), (list.NewCount, list.Total));
        Assert.Equal("task_999999", (await list.RangeAsync(0, 1, default))[0].Task.Id);
    }

    [Fact]
    public async Task Apply_ANewTaskThatTheFilterLeavesOut_IsNotNews()
    {
        Fill(1);
        var list = await ShowAsync(new TaskListFilter { Segment = TaskSegment.Failed });
        await list.ApplyAsync(Batch(Changed(ATask.With("task_999999", AgentTaskStatus.Pending), created: true)), default);
        Assert.Equal(0, list.NewCount);
    }

    [Fact]
    public async Task Apply_AnOldTaskThatIsNotLoaded_IsNotNewsAmongAll()
    {
        Fill(1);
        var list = await ShowAsync();
        await list.ApplyAsync(Batch(Changed(ATask.With("task_elsewhere", AgentTaskStatus.Completed))), default);
        Assert.Equal(0, list.NewCount);
    }

    [Fact]
    public async Task Apply_StepsOfTasksThatAreNotLoaded_AreNoNewsInTheirSegment_ButWhatComesIntoItIs()
    {
        Fill(150, AgentTaskStatus.Running);
        var list = await ShowAsync(new TaskListFilter { Segment = TaskSegment.Running });
        var far = store.Tasks[0] with { Version = 2 };

        await list.ApplyAsync(Batch(Changed(far), Changed(far) with { Previous = AgentTaskStatus.Running }), default);
        Assert.Equal(0, list.NewCount);

        await list.ApplyAsync(Batch(Changed(far) with { Previous = AgentTaskStatus.Waiting }), default);
        Assert.Equal(1, list.NewCount);
    }

    [Fact]
    public async Task Refresh_KeepsTheRowsThatStay_WithTheirNewState()
    {
        Fill(150);
        var list = await ShowAsync();
        var before = await list.RangeAsync(0, 150, default);
        store.Tasks[149] = store.Tasks[149] with { Title = "Renamed", Version = 2 };
        store.Tasks.RemoveAt(148);

        await list.RefreshAsync(default);

        var after = await list.RangeAsync(0, 149, default);
        Assert.Equal(before.Where(row => row.Task.Id != "task_000148"), after);
        Assert.Equal("Renamed", after[0].Task.Title);
    }

    [Fact]
    public async Task NeedsYou_BeyondAThousand_IsCountedAndShownWhole()
    {
        for (var number = 0; number < 1_150; number++) store.Tasks.Add(ATask.ThatAsks($"task_{number:000000}"));
        var list = await ShowAsync(new TaskListFilter { Segment = TaskSegment.NeedsYou, AgentId = "agent_a" });

        Assert.Equal((1_150, 1_150L), (list.Total, list.CountOf(TaskSegment.NeedsYou)));
        Assert.Equal("task_000000", (await list.RangeAsync(1_100, 50, default))[^1].Task.Id);
    }

    [Fact]
    public async Task Apply_ARowThatLeavesItsSegment_StaysInPlaceAndMakesTheListStale()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync(new TaskListFilter { Segment = TaskSegment.Running });
        var rows = await list.RangeAsync(0, 2, default);
        await list.ApplyAsync(Batch(Changed(ATask.With(rows[0].Task.Id, AgentTaskStatus.Completed, version: 2))), default);
        Assert.True(list.IsStale);
        Assert.False(rows[0].IsHidden);
    }

    [Fact]
    public async Task Apply_ADeletion_HidesTheRow()
    {
        Fill(2);
        var list = await ShowAsync();
        var rows = await list.RangeAsync(0, 2, default);
        await list.ApplyAsync(Batch(new LiveTaskChange(rows[0].Task.Id, null, false, true)), default);
        Assert.True(rows[0].IsHidden);
        Assert.True(list.IsStale);
    }

    [Fact]
    public async Task Apply_AChangeWithoutItsRow_ReadsTheRow()
    {
        Fill(1, AgentTaskStatus.Running);
        var list = await ShowAsync();
        var row = (await list.RangeAsync(0, 1, default))[0];
        store.Tasks[0] = ATask.With(row.Task.Id, AgentTaskStatus.Failed, version: 2);
        await list.ApplyAsync(Batch(new LiveTaskChange(row.Task.Id, null, false, false)), default);
        Assert.Equal(AgentTaskStatus.Failed, row.Task.Status);
    }

    [Fact]
    public async Task NeedsYou_ShowsOnlyWhatWaitsOnAPerson()
    {
        store.Tasks.Add(ATask.ThatAsks("task_1"));
        store.Tasks.Add(ATask.With("task_2", AgentTaskStatus.Waiting, ReasonCodes.RateLimit, "Until three."));
        var list = await ShowAsync(new TaskListFilter { Segment = TaskSegment.NeedsYou });
        Assert.Equal("task_1", Assert.Single(await list.RangeAsync(0, 10, default)).Task.Id);
        Assert.Equal((1, 1L), (list.Total, list.CountOf(TaskSegment.NeedsYou)));
    }

    [Fact]
    public async Task Hidden_StaysHiddenOverARefresh_AndComesBack()
    {
        Fill(2);
        var list = await ShowAsync();
        list.Hide("task_000001", true);
        await list.RefreshAsync(default);
        var row = (await list.RangeAsync(0, 2, default))[0];
        Assert.True(row.IsHidden);
        list.Hide("task_000001", false);
        Assert.False(row.IsHidden);
    }

    [Fact]
    public async Task Problem_OfTheStore_IsSaid_AndGoneAfterTheNextRead()
    {
        store.Refusal = new IOException("The disk is away.");
        var list = await ShowAsync();
        Assert.Equal(("The disk is away.", false), (list.Problem, list.IsLoaded));
        store.Refusal = null;
        await list.RefreshAsync(default);
        Assert.Equal((null, true), (list.Problem, list.IsLoaded));
    }

    [Fact]
    public async Task CountOf_UnderOtherFilters_CountsWhatTheyLeave()
    {
        Fill(3);
        store.Tasks.Add(ATask.With("task_x", AgentTaskStatus.Failed, agentId: "agent_b"));
        var list = await ShowAsync(new TaskListFilter { AgentId = "agent_b" });
        Assert.Equal((1L, 1L, 0L), (list.CountOf(TaskSegment.All), list.CountOf(TaskSegment.Failed), list.CountOf(TaskSegment.Completed)));
    }
}

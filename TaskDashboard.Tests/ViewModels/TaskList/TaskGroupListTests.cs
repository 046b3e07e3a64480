using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class TaskGroupListTests
{
    private readonly ListedTasks store = new();

    private async Task<TaskListViewModel> ShowAsync(TaskGrouping by = TaskGrouping.Status, string closed = "")
    {
        var list = new TaskListViewModel(store);
        await list.ShowAsync(new TaskListFilter { Group = by, Closed = closed }, default);
        return list;
    }

    private void Fill(int count, AgentTaskStatus status, string agentId = "agent_a")
    {
        for (var index = 0; index < count; index++) store.Tasks.Add(ATask.With($"task_{store.Tasks.Count:000000}", status, agentId: agentId));
    }

    private LiveTaskBatch Batch(params AgentTask[] tasks) => new([.. tasks.Select(task => new LiveTaskChange(task.Id, task, false, false))], store.Counts, false);

    private static string Told(TaskListLine line) => line is TaskGroupModel group ? $"{group.Name} {group.Group.Count}" : ((TaskRowModel)line).Task.Id;

    [Fact]
    public async Task Lines_AreHeadingsWithTheirTasksBelow_AndTotalsTellThemApart()
    {
        Fill(2, AgentTaskStatus.Completed);
        Fill(1, AgentTaskStatus.Running);
        var list = await ShowAsync();

        Assert.Equal(["completed 2", "task_000001", "task_000000", "running 1", "task_000002"], (await list.LinesAsync(0, 50, default)).Select(Told));
        Assert.Equal((3, 5), (list.Total, list.LineCount));
    }

    [Fact]
    public async Task ClosedGroup_HasItsHeadingOnly_AndIsOpenedWithoutReadingTheListAnew()
    {
        Fill(3, AgentTaskStatus.Completed);
        Fill(1, AgentTaskStatus.Running);
        var list = await ShowAsync(closed: "completed");
        Assert.Equal(["completed 3", "running 1", "task_000003"], (await list.LinesAsync(0, 50, default)).Select(Told));
        Assert.Equal((4, 3), (list.Total, list.LineCount));

        Assert.True(list.Fold(list.Filter with { Closed = "running" }));

        Assert.Equal(["completed 3", "task_000002", "task_000001", "task_000000", "running 1"], (await list.LinesAsync(0, 50, default)).Select(Told));
        Assert.False(list.Fold(list.Filter with { Segment = TaskSegment.Failed }));
    }

    [Fact]
    public async Task JumpIntoALaterGroup_ReadsNothingOfTheOnesBefore()
    {
        Fill(5_000, AgentTaskStatus.Completed);
        Fill(300, AgentTaskStatus.Running);
        var list = await ShowAsync();
        var reads = store.Reads;

        var lines = await list.LinesAsync(5_001, 20, default);

        Assert.Equal("running 300", Told(lines[0]));
        Assert.Equal("task_005299", Told(lines[1]));
        Assert.Equal(reads + 1, store.Reads);
    }

    [Fact]
    public async Task EveryLine_IsThereOnce_HoweverTheListIsScrolled()
    {
        Fill(250, AgentTaskStatus.Completed, "agent_a");
        Fill(1, AgentTaskStatus.Completed, "agent_b");
        Fill(130, AgentTaskStatus.Completed, "agent_c");
        var list = await ShowAsync(TaskGrouping.Agent);
        var seen = new List<string>();

        for (var start = 0; start < list.LineCount; start += 37) seen.AddRange((await list.LinesAsync(start, 37, default)).Select(Told));

        Assert.Equal(384, list.LineCount);
        Assert.Equal(384, seen.Distinct().Count());
        Assert.Equal(384, seen.Count);
    }

    [Fact]
    public async Task TaskThatMovesToAnotherGroup_StaysInPlace_AndMovesWithTheNextReading_AsTheSameRow()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync();
        var row = (await list.RangeAsync(0, 3, default))[0];
        store.Tasks[1] = ATask.With(row.Task.Id, AgentTaskStatus.Completed, version: 2);

        await list.ApplyAsync(Batch(store.Tasks[1]), default);
        Assert.True(list.IsStale);
        Assert.Same(row, (await list.LinesAsync(0, 3, default))[1]);

        await list.RefreshAsync(default);
        Assert.Equal(["completed 1", "task_000001", "running 1", "task_000000"], (await list.LinesAsync(0, 9, default)).Select(Told));
        Assert.Same(row, (await list.LinesAsync(0, 9, default))[1]);
    }

    [Fact]
    public async Task Recount_ChangesTheNumbersOfHeadings_AndNoLine()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync(closed: "running");
        var heading = (TaskGroupModel)(await list.LinesAsync(0, 1, default))[0];
        var told = 0;
        heading.Changed += () => told++;
        Fill(3, AgentTaskStatus.Running);

        await list.RecountAsync(default);

        Assert.Equal((5L, 1, 1, false), (heading.Group.Count, told, list.LineCount, list.IsStale));
    }

    [Fact]
    public async Task Recount_WithAGroupThatIsNew_MakesTheListStale()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync();
        Fill(1, AgentTaskStatus.Failed);

        await list.RecountAsync(default);

        Assert.True(list.IsStale);
    }

    [Fact]
    public async Task Range_ChosenOverAHeading_HasTheTasksOfBothSides()
    {
        Fill(3, AgentTaskStatus.Completed);
        Fill(3, AgentTaskStatus.Running);
        var list = await ShowAsync();
        await list.LinesAsync(0, 20, default);

        await list.SelectAsync("task_000000", false, default);
        await list.SelectAsync("task_000004", true, default);

        Assert.Equal(["task_000000", "task_000004", "task_000005"], list.Selection.Ids.Order());
    }

    [Fact]
    public async Task ClosedGroup_ThatGrewSinceItWasCounted_ShowsAllOfItselfWhenItIsOpened()
    {
        Fill(2, AgentTaskStatus.Completed);
        Fill(1, AgentTaskStatus.Running);
        var list = await ShowAsync(closed: "completed");
        Fill(3, AgentTaskStatus.Completed);

        Assert.True(list.Fold(list.Filter with { Closed = "" }));

        Assert.Equal(["task_000005", "task_000004", "task_000003", "task_000001", "task_000000", "running 1", "task_000002"], (await list.LinesAsync(0, 50, default)).Skip(1).Select(Told));
        Assert.Equal(8, list.LineCount);
    }

    [Fact]
    public async Task TaskThatIsNotShown_MakesTheListStaleWithAnotherStatus_AndNotWithAStep()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync(closed: "running");
        await list.ApplyAsync(Batch(ATask.With("task_000000", AgentTaskStatus.Running, version: 2)), default);
        Assert.False(list.IsStale);

        var done = ATask.With("task_000000", AgentTaskStatus.Completed, version: 3);
        await list.ApplyAsync(new([new LiveTaskChange(done.Id, done, false, false) { Previous = AgentTaskStatus.Running }], store.Counts, false), default);

        Assert.True(list.IsStale);
    }

    [Fact]
    public async Task DeletedTask_StaysOutOfSight_WhenItsGroupIsClosedAndOpened()
    {
        Fill(2, AgentTaskStatus.Running);
        var list = await ShowAsync();
        await list.ApplyAsync(new([new LiveTaskChange("task_000001", null, false, true)], store.Counts, false), default);
        list.Fold(list.Filter with { Closed = "running" });
        list.Fold(list.Filter with { Closed = "" });

        Assert.Equal([true, false], (await list.RangeAsync(0, 3, default)).Select(row => row.IsHidden));
    }

    [Fact]
    public async Task Range_AfterAGroupWasClosed_HasNothingThatWasNotPointedAt()
    {
        Fill(5, AgentTaskStatus.Completed);
        Fill(5, AgentTaskStatus.Running);
        var list = await ShowAsync();
        await list.SelectAsync("task_000000", false, default);
        list.Fold(list.Filter with { Closed = "completed" });
        await list.LinesAsync(0, 20, default);

        await list.SelectAsync("task_000005", true, default);

        Assert.Equal(["task_000000", "task_000005"], list.Selection.Ids.Order());
    }

    [Fact]
    public void Numbers_AreMovedByWhatComesGoesAndChangesItsStatus_AndNotByAStep()
    {
        Fill(1, AgentTaskStatus.Running);
        var task = store.Tasks[0];

        Assert.False(TaskListViewModel.MovesNumbers(Batch(task)));
        Assert.False(TaskListViewModel.MovesNumbers(new([new(task.Id, task, false, false) { Previous = AgentTaskStatus.Running }], store.Counts, false)));
        Assert.True(TaskListViewModel.MovesNumbers(new([new(task.Id, task, false, false) { Previous = AgentTaskStatus.Pending }], store.Counts, false)));
        Assert.True(TaskListViewModel.MovesNumbers(new([new(task.Id, task, true, false)], store.Counts, false)));
        Assert.True(TaskListViewModel.MovesNumbers(new([new(task.Id, null, false, true)], store.Counts, false)));
        Assert.True(TaskListViewModel.MovesNumbers(new([], store.Counts, true)));
    }

    [Fact]
    public async Task AnotherGrouping_KeepsWhatIsChosen()
    {
        Fill(3, AgentTaskStatus.Completed);
        var list = await ShowAsync();
        await list.SelectAsync("task_000001", false, default);

        await list.ShowAsync(list.Filter with { Group = TaskGrouping.Agent }, default);

        Assert.True(list.Selection.Contains("task_000001"));
    }
}

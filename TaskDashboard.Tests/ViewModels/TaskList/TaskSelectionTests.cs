using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class TaskSelectionTests
{
    private readonly ListedTasks store = new();
    private readonly ListedBulkJobs jobs = new();

    [Fact]
    public void Toggle_ChoosesAndLetsGo_AndTheOrderNamesWhatIsLeft()
    {
        var selection = new TaskSelection();
        foreach (var id in new[] { "a", "b", "c", "b" }) selection.Toggle(id);

        Assert.Equal(2, selection.Count(1000));
        Assert.Equal((true, false, true), (selection.Contains("a"), selection.Contains("b"), selection.Contains("c")));
        var order = selection.ToOrder(BulkAction.Cancel, new TaskQuery());
        Assert.Equal(["a", "c"], order.TaskIds!.Order());
        Assert.Null(order.Filter);
    }

    [Fact]
    public void SelectAll_IsTheFilterWithoutWhatIsLetGo_NotAListOfIds()
    {
        var selection = new TaskSelection();
        selection.Toggle("a");
        selection.SelectAll();
        selection.Toggle("b");

        Assert.Equal(1239, selection.Count(1240));
        Assert.Equal((true, false, true), (selection.Contains("a"), selection.Contains("b"), selection.Contains("never loaded")));
        var order = selection.ToOrder(BulkAction.Delete, new TaskQuery { AgentId = "agent_a" });
        Assert.Equal(("agent_a", "b"), (order.Filter!.AgentId, Assert.Single(order.Except)));
        Assert.Null(order.TaskIds);

        selection.Add(["b"]);
        Assert.Equal(1240, selection.Count(1240));
        selection.Clear();
        Assert.True(selection.IsEmpty);
        Assert.False(selection.Contains("a"));
    }

    [Fact]
    public async Task ARange_ReachesFromTheRowBefore_AlsoOverRowsThatAreNotLoaded()
    {
        var list = await ListAsync(1500);
        var first = (await list.RangeAsync(3, 1, default))[0].Task.Id;
        await list.SelectAsync(first, range: true, default);
        var last = (await list.RangeAsync(1400, 1, default))[0];
        await list.SelectAsync(last.Task.Id, range: true, default);

        Assert.Equal(1398, list.Selection.Count(list.Total));
        Assert.True(last.IsSelected);
        Assert.True((await list.RangeAsync(700, 1, default))[0].IsSelected);
        Assert.False((await list.RangeAsync(2, 1, default))[0].IsSelected);
        Assert.False((await list.RangeAsync(1401, 1, default))[0].IsSelected);
    }

    [Fact]
    public async Task ASelection_SurvivesScrollingRefreshingAndAnotherOrder_AndEndsWithAnotherFilter()
    {
        var list = await ListAsync(30);
        var row = (await list.RangeAsync(5, 1, default))[0];
        await list.SelectAsync(row.Task.Id, range: false, default);
        await list.RefreshAsync(default);
        Assert.True((await list.RangeAsync(5, 1, default))[0].IsSelected);

        await list.ShowAsync(list.Filter with { Sort = TaskSort.Newest }, default);
        Assert.True((await list.RangeAsync(5, 1, default))[0].IsSelected);

        await list.ShowAsync(list.Filter with { Search = "A" }, default);
        Assert.True(list.Selection.IsEmpty);
        Assert.False((await list.RangeAsync(5, 1, default))[0].IsSelected);
    }

    [Fact]
    public async Task ATaskThatIsDeleted_IsChosenNoLonger_AndOneThatChanges_StaysChosen()
    {
        var list = await ListAsync(3);
        foreach (var task in store.Tasks) await list.SelectAsync(task.Id, range: false, default);
        var gone = store.Tasks[1];
        store.Tasks.Remove(gone);

        await list.ApplyAsync(new LiveTaskBatch([new LiveTaskChange(gone.Id, null, false, true), new LiveTaskChange(store.Tasks[0].Id, store.Tasks[0] with { Version = 2, Title = "Other" }, false, false)], store.Counts, false), default);

        Assert.Equal(2, list.Selection.Count(list.Total));
        Assert.False(list.Selection.Contains(gone.Id));
        Assert.True(list.Selection.Contains(store.Tasks[0].Id));
    }

    [Fact]
    public async Task TasksThatAJobIsToRemove_AreNotInTheList_AndItsPagesStayFull()
    {
        for (var number = 0; number < 450; number++) store.Tasks.Add(ATask.With($"task_{number:000000}"));
        foreach (var task in store.Tasks.Skip(100).Take(300)) jobs.Leaving.Add(task.Id);
        jobs.Jobs.Add(new BulkJob { Id = "bulk_1", Action = BulkAction.Delete, Total = 300 });
        var list = new TaskListViewModel(store, jobs);
        await list.ShowAsync(new TaskListFilter(), default);

        var rows = await list.RangeAsync(0, 450, default);

        Assert.Equal(150, list.Total);
        Assert.Equal(store.Tasks.AsEnumerable().Reverse().Where(task => !jobs.Leaving.Contains(task.Id)).Select(task => task.Id), rows.Select(row => row.Task.Id));
    }

    private async Task<TaskListViewModel> ListAsync(int count)
    {
        for (var number = 0; number < count; number++) store.Tasks.Add(ATask.With($"task_{number:000000}"));
        var list = new TaskListViewModel(store, jobs);
        await list.ShowAsync(new TaskListFilter(), default);
        return list;
    }
}

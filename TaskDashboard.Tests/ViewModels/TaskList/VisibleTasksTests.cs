using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class VisibleTasksTests
{
    private readonly ListedTasks store = new();
    private readonly VisibleTasks visible;

    public VisibleTasksTests() => visible = new VisibleTasks(store);

    private LiveTaskBatch Batch(params AgentTask[] tasks) => new([.. tasks.Select(task => new LiveTaskChange(task.Id, task, false, false))], store.Counts, false);

    private async Task<TaskRowModel> ShowAsync(AgentTask task)
    {
        var row = new TaskRowModel(task);
        if (visible.Show([row])) await visible.ReadAsync(default);
        return row;
    }

    [Fact]
    public async Task ARowInSight_TellsItsChildrenAndItsParent()
    {
        store.Tasks.AddRange([ATask.With("above", title: "Above"), ATask.With("task", parent: "above"), ATask.With("one", parent: "task"), ATask.With("two", AgentTaskStatus.Completed, parent: "task"), ATask.With("deep", parent: "two")]);
        var row = await ShowAsync(store.Tasks[1]);
        Assert.Equal(new TaskRowTies(2, 2, "Above"), row.Ties);
    }

    [Fact]
    public async Task ARowSeenBefore_IsNotReadAgain()
    {
        store.Tasks.Add(ATask.With("task"));
        await ShowAsync(store.Tasks[0]);
        var reads = store.Reads;
        Assert.False(visible.Show([new TaskRowModel(store.Tasks[0])]));
        Assert.Equal(reads, store.Reads);
    }

    [Fact]
    public async Task AChildsBeginningAndEnd_AreReadAgain_AndItsStepsAreNot()
    {
        store.Tasks.AddRange([ATask.With("task"), ATask.With("child", parent: "task")]);
        var row = await ShowAsync(store.Tasks[0]);
        Assert.True(visible.Apply(Batch(store.Tasks[1])));
        await visible.ReadAsync(default);
        Assert.False(visible.Apply(Batch(ATask.With("child", reason: ReasonCodes.Tool, parent: "task", version: 2))));

        store.Tasks[1] = ATask.With("child", AgentTaskStatus.Completed, parent: "task", version: 3);
        Assert.True(visible.Apply(Batch(store.Tasks[1])));
        await visible.ReadAsync(default);
        Assert.Equal(new TaskRowTies(1, 0, null), row.Ties);
    }

    [Fact]
    public async Task ARowThatWaitsForASlot_IsReadAgainWhenTheListChanges_AndDrawnOnlyWhenItMoved()
    {
        AgentTask Queued(int place) => ATask.With("task", AgentTaskStatus.Pending, ReasonCodes.Slot, $"It waits for a slot; it is number {place} in the queue.");
        store.Tasks.Add(Queued(3));
        var row = await ShowAsync(store.Tasks[0]);
        var drawn = 0;
        row.Changed += () => drawn++;

        Assert.True(visible.Apply(Batch(ATask.With("other"))));
        await visible.ReadAsync(default);
        Assert.Equal(0, drawn);
        store.Tasks[0] = Queued(2);
        await visible.ReadAsync(default);
        Assert.Equal((1, true), (drawn, row.Task.ReasonText!.Contains("number 2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ARunningRow_IsNotReadForWhatOthersDo()
    {
        store.Tasks.Add(ATask.With("task"));
        await ShowAsync(store.Tasks[0]);
        Assert.False(visible.Apply(Batch(ATask.With("task", reason: ReasonCodes.Tool, version: 2), ATask.With("other"))));
    }

    [Fact]
    public async Task ARenamedParent_IsToldByItsChildren()
    {
        store.Tasks.AddRange([ATask.With("above", title: "Above"), ATask.With("task", parent: "above")]);
        var row = await ShowAsync(store.Tasks[1]);
        store.Tasks[0] = ATask.With("above", title: "Renamed", version: 2);
        Assert.True(visible.Apply(Batch(store.Tasks[0])));
        await visible.ReadAsync(default);
        Assert.Equal("Renamed", row.Ties.ParentTitle);
    }

    [Fact]
    public async Task AChildThatComesWhileTheRowIsRead_IsReadAgain()
    {
        store.Tasks.AddRange([ATask.With("task"), ATask.With("one", parent: "task")]);
        var gate = new TaskCompletionSource();
        store.Gate = gate.Task;
        var row = new TaskRowModel(store.Tasks[0]);
        visible.Show([row]);
        var reading = visible.ReadAsync(default);
        await Eventually.TrueAsync(() => store.Reads == 1);
        store.Tasks.Add(ATask.With("two", parent: "task"));
        visible.Apply(Batch(store.Tasks[2]));
        gate.SetResult();
        Assert.True(await reading);
        Assert.False(await visible.ReadAsync(default));
        Assert.Equal(2, row.Ties.Children);
    }
}

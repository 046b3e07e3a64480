using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Family;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.Family;

public class TaskFamilyTests
{
    private readonly ListedTasks store = new();
    private readonly TaskFamily family;

    public TaskFamilyTests()
    {
        family = new TaskFamily(store);
        store.Tasks.Add(ATask.With("root"));
        store.Tasks.Add(ATask.With("child", parent: "root", title: "Child"));
        store.Tasks.Add(ATask.With("grandchild", AgentTaskStatus.Completed, parent: "child"));
    }

    private string Tree => Words(family.Root);

    private static string Words(TaskNode? node) =>
        node is null ? "" : node.Children.Count == 0 ? node.Task.Id : $"{node.Task.Id}({string.Join(' ', node.Children.Select(Words))})";

    private LiveTaskBatch Batch(params LiveTaskChange[] changes) => new(changes, store.Counts, false);

    private static LiveTaskChange Changed(AgentTask task, bool created = false) => new(task.Id, task, created, false);

    [Fact]
    public async Task Load_ReadsEverythingBelow_AndCountsWhatIsLive()
    {
        await family.LoadAsync("root", default);
        Assert.Equal("root(child(grandchild))", Tree);
        Assert.Equal((2, 1), (family.Root!.Below, family.Root.LiveBelow));
    }

    [Fact]
    public void Cost_OfATree_IsTheSumOfWhatIsKnown_AndUnknownWhereNothingIs()
    {
        Assert.Null(TaskNode.From([ATask.With("root"), ATask.With("child", parent: "root")])!.Cost);
        Assert.Equal(0.75m, TaskNode.From([Costing("root", 0.5m), ATask.With("child", parent: "root"), Costing("grandchild", 0.25m) with { ParentTaskId = "child" }])!.Cost);

        static AgentTask Costing(string id, decimal cost) => ATask.With(id) with { Usage = new TaskUsage(1, 1, 0, cost) };
    }

    [Fact]
    public async Task Apply_ANewChildAndItsEnd_MoveTheTree_AndNoOtherTaskDoes()
    {
        await family.LoadAsync("root", default);
        var told = 0;
        family.Changed += () => told++;
        Assert.True(await family.ApplyAsync(Batch(Changed(ATask.With("new", parent: "child"), created: true)), default));
        Assert.Equal("root(child(grandchild new))", Tree);
        await family.ApplyAsync(Batch(Changed(ATask.With("child", AgentTaskStatus.Completed, parent: "root", version: 2))), default);
        Assert.Equal(AgentTaskStatus.Completed, family.Find("child")!.Status);
        Assert.False(await family.ApplyAsync(Batch(Changed(ATask.With("stranger"))), default));
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task Apply_AnOlderPicture_IsIgnored()
    {
        store.Tasks[1] = ATask.With("child", AgentTaskStatus.Completed, parent: "root", version: 5);
        await family.LoadAsync("root", default);
        await family.ApplyAsync(Batch(Changed(ATask.With("child", parent: "root", version: 4))), default);
        Assert.Equal(AgentTaskStatus.Completed, family.Find("child")!.Status);
    }

    [Fact]
    public async Task Apply_ADeletedTask_TakesWhatIsBelowItOutOfTheTree()
    {
        await family.LoadAsync("root", default);
        await family.ApplyAsync(Batch(new LiveTaskChange("child", null, false, true)), default);
        Assert.Equal("root", Tree);
    }

    [Fact]
    public async Task Load_ChangesThatComeWhileItReads_AreKept()
    {
        var gate = new TaskCompletionSource();
        store.Gate = gate.Task;
        var loading = family.LoadAsync("root", default);
        await family.ApplyAsync(Batch(
            Changed(ATask.With("child", AgentTaskStatus.Failed, parent: "root", version: 2)),
            Changed(ATask.With("late", parent: "root"), created: true),
            new LiveTaskChange("grandchild", null, false, true)), default);
        gate.SetResult();
        await loading;
        Assert.Equal("root(child late)", Tree);
        Assert.Equal(AgentTaskStatus.Failed, family.Find("child")!.Status);
    }

    [Fact]
    public async Task Apply_WhatWasNotTold_IsReadAnew()
    {
        await family.LoadAsync("root", default);
        store.Tasks.Add(ATask.With("unseen", parent: "root"));
        await family.ApplyAsync(Batch() with { Resync = true }, default);
        Assert.Equal("root(child(grandchild) unseen)", Tree);
        store.Tasks.RemoveAll(task => task.Id == "unseen");
        await family.ApplyAsync(Batch(new LiveTaskChange("child", null, false, false)), default);
        Assert.Equal("root(child(grandchild))", Tree);
    }

    [Fact]
    public async Task Learn_OtherTasks_AreReadOnce_KeptUpToDate_AndSaidToBeGone()
    {
        store.Tasks.Add(ATask.With("parent", title: "Above"));
        await family.LoadAsync("root", default);
        await family.LearnAsync(["parent", "child", "nowhere"], default);
        await family.LearnAsync(["parent", "nowhere"], default);
        Assert.Equal(["parent", "nowhere"], store.Found);
        Assert.Equal(("Above", true, false), (family.Find("parent")!.Title, family.IsGone("nowhere"), family.IsGone("parent")));

        await family.ApplyAsync(Batch(Changed(ATask.With("parent", title: "Renamed", version: 2))), default);
        Assert.Equal("Renamed", family.Find("parent")!.Title);
    }

    [Fact]
    public void AStop_IsSummedUpOverWhatItStopped_AndNotWhatWasStoppedBefore()
    {
        static AgentTask Stopped(string id, string? parent, int asked, int? stopped, int processes = 0, int calls = 0) =>
            ATask.With(id, AgentTaskStatus.Cancelled, parent: parent) with
            {
                Stop = new StopReceipt(ATask.Noon.AddMilliseconds(asked), "you")
                {
                    StoppedAt = stopped is { } at ? ATask.Noon.AddMilliseconds(at) : null,
                    ProcessesReaped = processes,
                    CallsAfter = calls,
                },
            };

        var tree = TaskNode.From([Stopped("root", null, 0, 30), Stopped("child", "root", 2, 45, processes: 2), Stopped("before", "root", -500, -400, calls: 1), ATask.With("done", AgentTaskStatus.Completed, parent: "root")]);
        var summary = StopSummary.Of(tree)!;
        Assert.Equal(["root", "child"], summary.Lines.Select(line => line.Task.Id));
        Assert.Equal((45, 2, 0), (summary.Took!.Value.TotalMilliseconds, summary.ProcessesReaped, summary.CallsAfter));

        var coming = StopSummary.Of(TaskNode.From([Stopped("root", null, 0, 30), Stopped("child", "root", 2, null)]))!;
        Assert.Equal((1, null), (coming.StillStopping, coming.Took));
        Assert.Null(StopSummary.Of(TaskNode.From([ATask.With("root")])));
    }
}

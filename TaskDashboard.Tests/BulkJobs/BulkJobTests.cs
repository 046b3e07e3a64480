using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.BulkJobs;

/// <summary>Actions on many tasks, with the real engine: one slot, held by the first task, so that all others stay pending.</summary>
public sealed class BulkJobTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private readonly ManualTimeProvider time = new();
    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-bulk-").FullName;
    private Engine engine = null!;
    private AgentTask holder = null!;

    private BulkJobRunner Jobs => engine.Services.GetRequiredService<BulkJobRunner>();

    private static TaskQuery Pending => new() { Statuses = [AgentTaskStatus.Pending] };

    public async Task InitializeAsync()
    {
        await StartAsync();
        holder = await engine.CreateAsync("Hold");
        await engine.WaitForAsync(holder.Id, AgentTaskStatus.Running);
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await engine.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Cancel_ByFilter_StopsWhatMatchedWhenItWasOrdered_WithoutWhatIsLeftOut()
    {
        var tasks = await CreateAsync(5);
        var job = await OrderAsync(new BulkOrder(BulkAction.Cancel) { Filter = Pending, Except = [tasks[2].Id], UndoTime = TimeSpan.FromSeconds(8) });
        Assert.Equal((BulkJobStatus.Pending, 4), (job.Status, job.Total));
        var later = (await CreateAsync(1))[0];

        time.Advance(TimeSpan.FromSeconds(8));
        var ended = await EndAsync(job);

        Assert.Equal((BulkJobStatus.Completed, 4, 0, 0), (ended.Status, ended.Done, ended.Unchanged, ended.Failed));
        foreach (var (place, task) in tasks.Index()) Assert.Equal(place == 2 ? AgentTaskStatus.Pending : AgentTaskStatus.Cancelled, await StatusAsync(task));
        Assert.Equal(AgentTaskStatus.Pending, await StatusAsync(later));
        Assert.Equal(AgentTaskStatus.Running, await StatusAsync(holder));
    }

    [Fact]
    public async Task Delete_TakenBackBeforeItBegins_ChangesNothing_AndHidesNothingAnyMore()
    {
        var tasks = await CreateAsync(3);
        var job = await OrderAsync(new BulkOrder(BulkAction.Delete) { TaskIds = [.. tasks.Select(task => task.Id)], UndoTime = TimeSpan.FromSeconds(8) });
        Assert.True(Jobs.IsLeaving(tasks[0].Id, Caller.Local));
        Assert.False(Jobs.IsLeaving(holder.Id, Caller.Local));

        var ended = await Jobs.AbortAsync(job.Id, Caller.Local);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((BulkJobStatus.Aborted, 0), (ended.Status, ended.Seen));
        Assert.False(Jobs.IsLeaving(tasks[0].Id, Caller.Local));
        foreach (var task in tasks) Assert.Equal(AgentTaskStatus.Pending, await StatusAsync(task));
        Assert.Equal("job_ended", (await Assert.ThrowsAsync<RefusedException>(() => Jobs.AbortAsync(job.Id, Caller.Local))).Code);
    }

    [Fact]
    public async Task Delete_RemovesLiveAndEndedTasks_AndCountsWhatWasGoneAlready()
    {
        var tasks = await CreateAsync(3);
        await engine.Tasks.CancelAsync(tasks[0].Id, CancelScope.Task, "you");
        var job = await OrderAsync(new BulkOrder(BulkAction.Delete) { Filter = new TaskQuery { Search = "Task" }, UndoTime = TimeSpan.FromSeconds(8) });
        await engine.Tasks.DeleteAsync(tasks[1].Id, "you");

        time.Advance(TimeSpan.FromSeconds(8));
        var ended = await EndAsync(job);

        Assert.Equal((3, 2, 1, 0), (ended.Total, ended.Done, ended.Unchanged, ended.Failed));
        foreach (var task in tasks) Assert.Null(await engine.Reader.FindAsync(task.Id));
    }

    [Fact]
    public async Task Retry_CountsWhatCannotBeRunAgainWithItsReason_AndDoesTheRest()
    {
        var tasks = await CreateAsync(2);
        await engine.Tasks.CancelAsync(tasks[0].Id, CancelScope.Task, "you");

        var ended = await EndAsync(await OrderAsync(new BulkOrder(BulkAction.Retry) { TaskIds = [tasks[0].Id, tasks[1].Id, "task_none", tasks[0].Id] }));

        Assert.Equal((3, 1, 2), (ended.Total, ended.Done, ended.Failed));
        Assert.Equal(AgentTaskStatus.Pending, await StatusAsync(tasks[0]));
        Assert.Equal([("not_found", null), ("not_retryable", tasks[1].Title)], ended.Failures.Select(failure => (failure.Code, failure.Title)).Order());
    }

    [Fact]
    public async Task Cancel_OfTasksThatHaveEnded_SaysThatThereWasNothingToDo()
    {
        var tasks = await CreateAsync(3);
        foreach (var task in tasks) await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");

        var byFilter = await EndAsync(await OrderAsync(new BulkOrder(BulkAction.Cancel) { Filter = new TaskQuery { Statuses = [AgentTaskStatus.Cancelled] } }));
        var byIds = await EndAsync(await OrderAsync(new BulkOrder(BulkAction.Cancel) { TaskIds = [.. tasks.Select(task => task.Id)] }));

        Assert.All([byFilter, byIds], ended => Assert.Equal((0, 3, 0), (ended.Done, ended.Unchanged, ended.Failed)));
    }

    [Fact]
    public async Task Abort_WhileItIsAtWork_FinishesWhatIsBegunAndLeavesTheRest()
    {
        var tasks = await CreateAsync(30);
        using var open = new ManualResetEventSlim();
        var asked = 0;
        var job = await Jobs.StartAsync(new BulkOrder(BulkAction.Cancel) { TaskIds = [.. tasks.Select(task => task.Id)] }, Ask, CancellationToken.None);
        await Eventually.TrueAsync(() => Volatile.Read(ref asked) > 1);

        var abort = Jobs.AbortAsync(job.Id, Caller.Local);
        open.Set();
        await abort.WaitAsync(Engine.Bound);
        var ended = await EndAsync(job);

        Assert.Equal(BulkJobStatus.Aborted, ended.Status);
        Assert.InRange(ended.Done, 1, 8);
        var page = await engine.Reader.ListAsync(Pending with { Limit = 1 });
        Assert.Equal(30 - ended.Done, page.Counts["pending"]);

        Caller Ask()
        {
            if (Interlocked.Increment(ref asked) > 1) open.Wait(Engine.Bound);
            return Caller.Local;
        }
    }

    [Fact]
    public async Task Measure_CountsEachTaskThatWouldStop_AlsoBelowOnesThatHaveEnded()
    {
        var parent = (await CreateAsync(1))[0];
        var child = await engine.CreateAsync("Child", order => order with { ParentTaskId = parent.Id });
        await engine.CreateAsync("Grandchild", order => order with { ParentTaskId = child.Id });
        await engine.Tasks.CancelAsync(child.Id, CancelScope.Task, "you");

        Assert.Equal(new BulkReach(1, 2), await MeasureAsync([parent.Id]));
        Assert.Equal(new BulkReach(2, 2), await MeasureAsync([parent.Id, child.Id]));
        Assert.Equal(new BulkReach(1, 1), await MeasureAsync([child.Id]));
    }

    [Fact]
    public async Task ARestart_EndsAJob_AndTheNextProcessSaysSo()
    {
        var tasks = await CreateAsync(2);
        var job = await OrderAsync(new BulkOrder(BulkAction.Delete) { TaskIds = [.. tasks.Select(task => task.Id)], UndoTime = TimeSpan.FromSeconds(8) });
        var asLeftByAKill = await File.ReadAllBytesAsync(Path.Combine(directory, "bulk-jobs.json"));
        await engine.StopAsync();
        await StartAsync();
        Assert.Equal(BulkJobStatus.Interrupted, Jobs.Find(job.Id, Caller.Local)!.Status);

        await engine.StopAsync();
        await File.WriteAllBytesAsync(Path.Combine(directory, "bulk-jobs.json"), asLeftByAKill);
        await StartAsync();
        time.Advance(TimeSpan.FromSeconds(60));

        var told = Assert.Single(Jobs.List(Caller.Local));
        Assert.Equal((job.Id, BulkJobStatus.Interrupted, 2, 0), (told.Id, told.Status, told.Total, told.Seen));
        foreach (var task in tasks) Assert.NotNull(await engine.Reader.FindAsync(task.Id));
        Jobs.Acknowledge(job.Id, Caller.Local);
        Assert.True(Jobs.Find(job.Id, Caller.Local)!.Acknowledged);
    }

    [Fact]
    public async Task OtherPeople_SeeNothingOfAJob()
    {
        var job = await OrderAsync(new BulkOrder(BulkAction.Cancel) { TaskIds = [holder.Id], UndoTime = TimeSpan.FromSeconds(8) });
        var other = new Caller("user_other", "Other", PersonRole.Owner);

        Assert.Empty(Jobs.List(other));
        Assert.Null(Jobs.Find(job.Id, other));
        Assert.False(Jobs.IsLeaving(holder.Id, other));
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => Jobs.AbortAsync(job.Id, other))).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhoeverMayNoLonger_IsRefusedEachTask_ThoughTheJobWasTheirs(bool byFilter)
    {
        var tasks = await CreateAsync(2);
        var order = byFilter ? new BulkOrder(BulkAction.Delete) { Filter = Pending } : new BulkOrder(BulkAction.Delete) { TaskIds = [.. tasks.Select(task => task.Id)] };
        var caller = Caller.Local;
        var job = await Jobs.StartAsync(order with { UndoTime = TimeSpan.FromSeconds(8) }, () => caller, CancellationToken.None);
        caller = Caller.Nobody;
        time.Advance(TimeSpan.FromSeconds(8));

        var ended = await EndAsync(job);

        Assert.Equal((0, 0, 2), (ended.Done, ended.Unchanged, ended.Failed));
        Assert.All(ended.Failures, failure => Assert.Equal(("not_found", null), (failure.Code, failure.Title)));
        foreach (var task in tasks) Assert.Equal(AgentTaskStatus.Pending, await StatusAsync(task));
    }

    [Fact]
    public async Task AnOrder_ThatSaysTooLittleOrTooMuch_IsRefusedWithTheField()
    {
        foreach (var (order, field) in new[]
        {
            (new BulkOrder(BulkAction.Cancel), "task_ids"),
            (new BulkOrder(BulkAction.Cancel) { TaskIds = ["a"], Filter = new TaskQuery() }, "task_ids"),
            (new BulkOrder(BulkAction.Cancel) { TaskIds = [] }, "task_ids"),
            (new BulkOrder(BulkAction.Cancel) { TaskIds = ["a"], Except = ["b"] }, "except"),
            (new BulkOrder(BulkAction.Cancel) { TaskIds = ["a"], UndoTime = TimeSpan.FromSeconds(61) }, "undo_s"),
        })
        {
            Assert.Equal([field], (await Assert.ThrowsAsync<RefusedException>(() => OrderAsync(order))).Errors.Keys);
        }

        Assert.Empty(Jobs.List(Caller.Local));
    }

    private async Task StartAsync()
    {
        engine = await Engine.StartAsync(new AgentScript().For("Hold", SaysAfter(gate.Task, "Done.")).For("Task", SaysAfter(gate.Task, "Done.")).Play, directory, time, ("Limits:MaxConcurrentRuns", "1"));
    }

    private async Task<List<AgentTask>> CreateAsync(int count)
    {
        var tasks = new List<AgentTask>();
        for (var number = 0; number < count; number++) tasks.Add(await engine.CreateAsync($"Task {number}"));
        return tasks;
    }

    private Task<BulkJob> OrderAsync(BulkOrder order) => Jobs.StartAsync(order, () => Caller.Local, CancellationToken.None);

    private Task<BulkReach> MeasureAsync(string[] ids) => Jobs.MeasureAsync(new BulkOrder(BulkAction.Cancel) { TaskIds = ids }, () => Caller.Local, CancellationToken.None);

    private async Task<BulkJob> EndAsync(BulkJob job)
    {
        await Eventually.TrueAsync(() => Jobs.Find(job.Id, Caller.Local) is { IsLive: false });
        return Jobs.Find(job.Id, Caller.Local)!;
    }

    private async Task<AgentTaskStatus> StatusAsync(AgentTask task) => (await engine.Reader.FindAsync(task.Id))!.Status;
}

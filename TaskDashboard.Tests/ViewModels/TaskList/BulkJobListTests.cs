using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public sealed class BulkJobListTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly ListedBulkJobs jobs = new();
    private readonly BulkJobList list;

    public BulkJobListTests() => list = new BulkJobList(jobs, time, NullLogger<BulkJobList>.Instance);

    public void Dispose() => list.Dispose();

    [Fact]
    public async Task AJob_IsShownWhileItGoesOn_AndItsGoodEndForAWhile()
    {
        list.Start();
        var job = new BulkJob { Id = "bulk_1", Action = BulkAction.Cancel, Status = BulkJobStatus.Running, Total = 3 };
        jobs.Put(job);
        await Until(() => list.Items is [{ Seen: 0 }]);
        jobs.Put(job with { Done = 2 });
        await Until(() => list.Items is [{ Seen: 2 }]);
        jobs.Put(job with { Done = 3, Status = BulkJobStatus.Completed });
        await Until(() => list.Items is [{ Status: BulkJobStatus.Completed }]);

        time.Advance(BulkJobList.GoodNewsTime);
        await Until(() => list.Items is []);
        Assert.True(jobs.Jobs[0].Acknowledged);
    }

    [Fact]
    public async Task AJobThatEndedBadly_IsShownToWhoeverComesBack_UntilTheyHaveReadIt()
    {
        jobs.Put(new BulkJob { Id = "bulk_1", Action = BulkAction.Delete, Status = BulkJobStatus.Interrupted, Total = 3, Done = 1 });
        list.Start();
        await Until(() => list.Items is [{ Status: BulkJobStatus.Interrupted }]);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(jobs.Jobs[0].Acknowledged);

        list.Close("bulk_1");
        await Until(() => list.Items is []);
    }

    [Fact]
    public async Task ADeletion_MovesTheListWhenItBeginsAndWhenItIsTakenBack_AndAStopDoesNot()
    {
        var moves = 0;
        list.Moved += () => Interlocked.Increment(ref moves);
        list.Start();
        jobs.Put(new BulkJob { Id = "bulk_1", Action = BulkAction.Cancel, Status = BulkJobStatus.Running, Total = 3 });
        await Until(() => list.Items is [_]);
        Assert.Equal(0, moves);

        jobs.Put(new BulkJob { Id = "bulk_2", Action = BulkAction.Delete, Total = 3 });
        await Until(() => Volatile.Read(ref moves) == 1);
        await list.AbortAsync("bulk_2");
        await Until(() => Volatile.Read(ref moves) == 2);
        Assert.Equal(["bulk_2"], jobs.Aborted);
        await Until(() => list.Items is [{ Id: "bulk_1" }]);
    }

    private Task Until(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        time.Advance(TimeSpan.FromMilliseconds(50));
        return condition();
    });
}

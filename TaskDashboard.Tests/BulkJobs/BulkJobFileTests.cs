using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.BulkJobs;

public sealed class BulkJobFileTests
{
    [Fact]
    public async Task TwoWritings_AtOnce_LeaveTheNewerPicture()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-bulk-").FullName;
        try
        {
            using var directory = DataDirectory.Open(folder);
            var file = new BulkJobFile(directory, NullLogger<BulkJobFile>.Instance);
            var done = 1;
            using var looked = new ManualResetEventSlim();
            using var goOn = new ManualResetEventSlim();
            var first = Task.Run(() => file.Write(() =>
            {
                var picture = Picture(Volatile.Read(ref done));
                looked.Set();
                Assert.True(goOn.Wait(Engine.Bound));
                return picture;
            }));
            Assert.True(looked.Wait(Engine.Bound));

            // The first has looked, and is slow to write; meanwhile the job goes on and is to be written again.
            Volatile.Write(ref done, 2);
            var second = Task.Run(() => file.Write(() => Picture(Volatile.Read(ref done))));
            goOn.Set();
            await Task.WhenAll(first, second).WaitAsync(Engine.Bound);

            Assert.Equal(2, Assert.Single(file.Read()).Job.Done);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<StoredBulkJob> Picture(int done) => [new StoredBulkJob("user_local", new BulkJob { Id = "bulk_1", Action = BulkAction.Delete, Done = done })];
}

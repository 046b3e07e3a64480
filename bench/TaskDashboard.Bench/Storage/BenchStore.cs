using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;

namespace TaskDashboard.Bench.Storage;

/// <summary>A store in a temporary folder. The folder goes with it.</summary>
/// <remarks>Filling blocks: the in-process toolchain does not wait for a setup that is asynchronous.</remarks>
internal sealed class BenchStore : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-bench-").FullName;
    private readonly DataDirectory directory;
    private readonly TaskSeeder seeder;

    public BenchStore()
    {
        directory = DataDirectory.Open(folder);
        Store = Store.Open(directory, [], null, TimeProvider.System, NullLoggerFactory.Instance);
        seeder = new TaskSeeder(Store);
    }

    public Store Store { get; }

    public IReadOnlyList<string> FillWithPending(int count) => seeder.AddPendingAsync(count).GetAwaiter().GetResult();

    public void FillWithEnded(int count) => seeder.AddEndedAsync(count).GetAwaiter().GetResult();

    /// <summary>One more fact in a task's log, with its transcript entry.</summary>
    public Task<ChangeResult> AppendAsync(string taskId, string text) => Store.Log.ChangeAsync(taskId, task =>
    {
        var entry = seeder.Entry(task, text, EntryRole.Assistant);
        return new TaskChange { Log = [new LogEntry(new MessageData(entry.MessageId, EntryRole.Assistant, text), entry)] };
    });

    public void Dispose()
    {
        Store.Dispose();
        directory.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

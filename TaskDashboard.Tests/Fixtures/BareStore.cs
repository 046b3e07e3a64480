using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>A store in a folder of its own with nobody at work on it, a clock that stands still, and another program beside it.</summary>
internal sealed class BareStore : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-store-").FullName;
    private readonly DataDirectory directory;
    private readonly LoggerFactory loggers;

    public BareStore()
    {
        loggers = new LoggerFactory([Logs]);
        directory = DataDirectory.Open(folder);
        Store = Store.Open(directory, [], null, Time, loggers);
        Other = new OtherProgram(folder);
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordedLogs Logs { get; } = new();

    public Store Store { get; }

    public OtherProgram Other { get; }

    /// <summary>Writes one small row, under a name.</summary>
    public Task<int> WriteAsync(string name, WritePatience patience) => Store.Writer.EnqueueAsync(batch =>
    {
        using var statement = new Statement(batch.Database, "INSERT INTO agents (id, name, definition) VALUES (?, ?, '{}')");
        return statement.Execute($"agent_{name}", name);
    }, patience);

    /// <summary>What is on disk, as the other program sees it.</summary>
    public string? Written => Other.Execute("SELECT group_concat(name) FROM (SELECT name FROM agents ORDER BY rowid)") as string;

    public void Dispose()
    {
        Other.Dispose();
        Store.Dispose();
        directory.Dispose();
        loggers.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Storage;
using TaskDashboard.Seeding;

namespace TaskDashboard.Load;

/// <summary>Fills the product's data directory while the product is stopped; in a process of its own, so that no lock or pool stays behind.</summary>
internal static class StoreSeeding
{
    public const string Verb = "seed";

    public const string TranscriptVerb = "seed-transcript";

    public static async Task RunAsync(string dataDirectory, int tasks)
    {
        using var directory = DataDirectory.Open(dataDirectory);
        using var store = Store.Open(directory, [], null, TimeProvider.System, NullLoggerFactory.Instance);
        await new TaskSeeder(store).AddEndedAsync(tasks);
    }

    /// <summary>Adds one task with a long log, and says its id.</summary>
    public static async Task RunTranscriptAsync(string dataDirectory, int events, string agentId)
    {
        using var directory = DataDirectory.Open(dataDirectory);
        using var store = Store.Open(directory, [], null, TimeProvider.System, NullLoggerFactory.Instance);
        Console.WriteLine(await new TranscriptSeeder(store).AddAsync(events, agentId));
    }
}

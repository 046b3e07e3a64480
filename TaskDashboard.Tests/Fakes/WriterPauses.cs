using System.Collections.Concurrent;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// The real clock, with a place to step in: the store's writer asks it for a timer when it pauses between two tries. What a test wants done
/// to the writer's own connection is done there, on the writer's thread, where nobody else uses it.
/// </summary>
internal sealed class WriterPauses : TimeProvider
{
    private readonly ConcurrentQueue<Action> actions = new();

    public void AtNextPause(Action action) => actions.Enqueue(action);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        while (Thread.CurrentThread.Name == "store writer" && actions.TryDequeue(out var action)) action();
        return base.CreateTimer(callback, state, dueTime, period);
    }
}

/// <summary>Faults of the writer's own connection, all of them real ones.</summary>
internal static class WriterFaults
{
    /// <summary>The store's file may not grow any more.</summary>
    public const string Full = "max_page_count = 1";

    public const string RoomAgain = "max_page_count = 1000000";

    public const string ReadOnly = "query_only = ON";

    public const string Writable = "query_only = OFF";

    /// <summary>Sets something on the writer's connection.</summary>
    public static Task<SqliteDatabase> PragmaAsync(this StoreWriter writer, string pragma) => writer.EnqueueAsync(batch =>
    {
        batch.Database.Pragma(pragma);
        return batch.Database;
    });

    /// <summary>On the writer's thread only.</summary>
    public static void Pragma(this SqliteDatabase database, string pragma)
    {
        using var statement = new Statement(database, $"PRAGMA {pragma}");
        statement.Execute();
    }
}

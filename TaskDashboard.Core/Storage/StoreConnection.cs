using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TaskDashboard.Core.Storage;

/// <summary>Pooled connections that only read; <see cref="SqliteDatabase"/> is the one that writes.</summary>
internal static class StoreConnection
{
    /// <summary>How long a reader waits where the file is locked for readers too, which a write-ahead log makes rare: as long as a writer would.</summary>
    private static readonly int PatienceSeconds = (int)WriteQueue.CallerPatience.TotalSeconds;

    private static string ForReading(string databaseFile) => new SqliteConnectionStringBuilder
    {
        DataSource = databaseFile,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = true,
        DefaultTimeout = PatienceSeconds,
    }.ToString();

    public static DbContextOptions<DashboardDbContext> ReadingOptions(string databaseFile) =>
        new DbContextOptionsBuilder<DashboardDbContext>()
            .UseSqlite(ForReading(databaseFile))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
}

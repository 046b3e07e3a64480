using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TaskDashboard.Core.Storage;

/// <summary>Pooled connections that only read; <see cref="SqliteDatabase"/> is the one that writes.</summary>
internal static class StoreConnection
{
    private static string ForReading(string databaseFile) => new SqliteConnectionStringBuilder
    {
        DataSource = databaseFile,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = true,
    }.ToString();

    public static DbContextOptions<DashboardDbContext> ReadingOptions(string databaseFile) =>
        new DbContextOptionsBuilder<DashboardDbContext>()
            .UseSqlite(ForReading(databaseFile))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;
}

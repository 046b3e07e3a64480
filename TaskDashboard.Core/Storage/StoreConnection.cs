using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TaskDashboard.Core.Storage;

/// <summary>Connection strings and settings of the SQLite file: one writing connection, and pooled ones that only read.</summary>
internal static class StoreConnection
{
    private const int BusyTimeoutMilliseconds = 5000;

    public static string ForWriting(string databaseFile) => new SqliteConnectionStringBuilder
    {
        DataSource = databaseFile,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = false,
    }.ToString();

    public static string ForReading(string databaseFile) => new SqliteConnectionStringBuilder
    {
        DataSource = databaseFile,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = true,
    }.ToString();

    /// <summary>Opens the writing connection.</summary>
    /// <remarks>
    /// <c>synchronous = FULL</c> in WAL mode flushes the log with every commit: what a 2xx promised survives a power cut too. Group commit
    /// is what makes that affordable. The log is folded back at 4,000 pages (16 MB), so that a burst does not pay for it in the middle.
    /// </remarks>
    public static SqliteConnection OpenWriter(string databaseFile)
    {
        var connection = new SqliteConnection(ForWriting(databaseFile));
        connection.Open();
        Execute(connection, $"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA busy_timeout = {BusyTimeoutMilliseconds};
            PRAGMA wal_autocheckpoint = 4000;
            PRAGMA cache_size = -32768;
            PRAGMA temp_store = MEMORY;
            """);
        return connection;
    }

    public static DbContextOptions<DashboardDbContext> ReadingOptions(string databaseFile) =>
        new DbContextOptionsBuilder<DashboardDbContext>()
            .UseSqlite(ForReading(databaseFile))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .Options;

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

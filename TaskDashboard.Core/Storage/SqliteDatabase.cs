using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The connection that writes: SQLite's own interface, without commands and parameter objects in between. Used on one thread at a time.
/// </summary>
/// <remarks>
/// <c>synchronous = FULL</c> in WAL mode flushes the log with every commit: what a 2xx promised survives a power cut too. Group commit
/// is what makes that affordable. The log is folded back at 4,000 pages (16 MB), so that a burst does not pay for it in the middle.
/// </remarks>
internal sealed class SqliteDatabase : IDisposable
{
    private const int BusyTimeoutMilliseconds = 5000;
    private const int CheckpointPages = 4000;

    /// <summary>So many pages of 4 KB, each with its frame header, and the log's own header.</summary>
    private const long LogBytes = 32 + (CheckpointPages * (4096L + 24));

    private SqliteDatabase(sqlite3 handle) => Handle = handle;

    public sqlite3 Handle { get; }

    /// <summary>True while no transaction is open.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(Handle) != 0;

    /// <summary>Opens the file, makes it if it is missing, and puts it into WAL mode.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteDatabase Open(string file)
    {
        Batteries_V2.Init();
        var code = raw.sqlite3_open_v2(file, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = Failure(handle, code);
            handle.Dispose();
            throw failure;
        }

        var database = new SqliteDatabase(handle);
        foreach (var setting in new[]
        {
            $"busy_timeout = {BusyTimeoutMilliseconds}", "journal_mode = WAL", "synchronous = FULL", $"wal_autocheckpoint = {CheckpointPages}", "cache_size = -32768",
            "temp_store = MEMORY", "foreign_keys = OFF",
        })
        {
            using var pragma = new Statement(database, $"PRAGMA {setting}");
            pragma.Execute();
        }

        return database;
    }

    /// <summary>
    /// Gives the write-ahead log its full size before the first commit: a flush that must also make the file longer takes twice as long.
    /// </summary>
    /// <remarks>
    /// SQLite starts the log over after a checkpoint and does not shrink it, so this is where a store that has worked for a while is anyway.
    /// Zeros behind the valid part are no frames to it, whatever happens at any point in here.
    /// </remarks>
    public void GrowLog(string file)
    {
        using (var checkpoint = new Statement(this, "PRAGMA wal_checkpoint(TRUNCATE)")) checkpoint.Execute();
        using var log = new FileStream(file + "-wal", FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        var zeros = new byte[64 * 1024];
        log.Seek(0, SeekOrigin.End);
        while (log.Length < LogBytes) log.Write(zeros);
        log.Flush(flushToDisk: true);
    }

    /// <summary>
    /// A lock of another program's is told at once, for whoever pauses by itself: SQLite's own wait can neither be ended nor seen, and in
    /// builds that can only sleep whole seconds it is that coarse.
    /// </summary>
    public void TellLocksAtOnce() => raw.sqlite3_busy_timeout(Handle, 0);

    public void Dispose() => Handle.Dispose();

    internal static SqliteException Failure(sqlite3 handle, int code) =>
        new($"SQLite error {code}: {raw.sqlite3_errmsg(handle).utf8_to_string()}", code & 0xff, raw.sqlite3_extended_errcode(handle));
}

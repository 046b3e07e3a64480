using Microsoft.Data.Sqlite;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Tells a store that cannot be used at the moment (locked, full, read-only, failing) from a request or a statement that is at fault: the
/// first passes, and is worth another try; the second would fail each time.
/// </summary>
public static class StoreFault
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int ReadOnlyBecauseMoved = ReadOnly | (4 << 8);

    /// <summary>Whether the failure is the store's, and may pass.</summary>
    public static bool IsPassing(Exception exception) => Explain(exception) is not null;

    /// <summary>Why the store cannot be used: one sentence for people. Null when the failure is something else.</summary>
    public static string? Explain(Exception exception) => exception is not SqliteException failure ? null : failure.SqliteErrorCode switch
    {
        Busy or Locked or Protocol => "The store is locked by another program.",
        Full => "The store cannot grow: the disk is full, or a size limit is reached.",
        ReadOnly when failure.SqliteExtendedErrorCode == ReadOnlyBecauseMoved =>
            "The store's file was moved or replaced while the server was running: put it back and start the server again.",
        ReadOnly => "The store is read-only.",
        InputOutput => "The disk reports an error when the store is read or written.",
        CannotOpen => "The store's files cannot be opened.",
        Permission => "The server is not permitted to use the store's files.",
        NoMemory => "There is not enough memory to use the store.",
        _ => null,
    };
}

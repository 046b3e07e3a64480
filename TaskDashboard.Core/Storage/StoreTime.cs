namespace TaskDashboard.Core.Storage;

/// <summary>Times as the store keeps them: whole milliseconds since 1970, UTC.</summary>
internal static class StoreTime
{
    public static long ToStore(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? ToStore(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset FromStore(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? FromStore(long? milliseconds) => milliseconds is { } value ? FromStore(value) : null;

    /// <summary>Drops what the store would not keep, so that live and stored pictures of a fact are equal.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => FromStore(ToStore(time));
}

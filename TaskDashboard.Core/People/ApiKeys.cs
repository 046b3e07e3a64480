using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.People;

/// <summary>
/// The keys of people's programs; what is stored of one is its digest. All of them are in memory, as they are committed. Safe for threads.
/// </summary>
public sealed class ApiKeys : IDisposable
{
    /// <summary>What every key begins with, so that scanners for leaked secrets know it.</summary>
    public const string KeyStart = "td_";

    private const int MaxNameLength = 100;
    private const int MostOfAPerson = 100;
    private const int PrefixLength = 10;

    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(1);

    /// <summary>Ends are looked for at least so often: the clock may have been set meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, ApiKey> byDigest;
    private readonly Store store;
    private readonly IdSource ids;
    private readonly TimeProvider time;
    private readonly Action noteChange;
    private readonly Lock waiting = new();
    private readonly ITimer expiry;

    /// <param name="store">Keeps their digests.</param>
    /// <param name="ids">Names them.</param>
    /// <param name="time">Ends them.</param>
    /// <param name="noteChange">Told that one is refused from now on, because it was revoked or has expired: what was opened with it has to be looked at again.</param>
    internal ApiKeys(Store store, IdSource ids, TimeProvider time, Action noteChange)
    {
        (this.store, this.ids, this.time, this.noteChange) = (store, ids, time, noteChange);
        using var context = store.Contexts.CreateDbContext();
        byDigest = new ConcurrentDictionary<string, ApiKey>(context.ApiKeys.AsEnumerable().Select(row => KeyValuePair.Create(row.Digest, ToKey(row))), StringComparer.Ordinal);
        expiry = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        WaitForTheNextEnd();
    }

    /// <summary>The keys of a person, the newest first; revoked ones, too.</summary>
    public IReadOnlyList<ApiKey> List(string userId) =>
        [.. byDigest.Values.Where(key => key.UserId == userId).OrderByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id, StringComparer.Ordinal)];

    /// <summary>Makes a key. Only here is it seen whole.</summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="name">For people; 1 to 100 characters.</param>
    /// <param name="scope">How far it reaches.</param>
    /// <param name="lifetime">After how long it is refused; null for never.</param>
    /// <exception cref="RefusedException"><c>validation</c>, <c>too_many_keys</c>.</exception>
    public async Task<(ApiKey Key, string Secret)> CreateAsync(string userId, string name, ApiScope scope, TimeSpan? lifetime)
    {
        if (string.IsNullOrWhiteSpace(name)) throw RefusedException.Validation("name", "name is missing: say what the key is for.");
        if (name.Trim().Length > MaxNameLength) throw RefusedException.Validation("name", $"name may be {MaxNameLength} characters long.");
        if (lifetime is { } span && (span <= TimeSpan.Zero || span > TimeSpan.FromDays(3650))) throw RefusedException.Validation("expires_in_days", "expires_in_days has to be from 1 to 3650, or absent for a key without an end.");
        if (List(userId).Count(key => key.RevokedAt is null) >= MostOfAPerson) throw RefusedException.Conflict("too_many_keys", $"There are {MostOfAPerson} keys already. Revoke one first.");
        var secret = KeyStart + RandomSecret.New();
        var now = StoreTime.Truncate(time.GetUtcNow());
        var key = new ApiKey { Id = ids.NewKey(), UserId = userId, Name = name.Trim(), Prefix = secret[..PrefixLength], Scope = scope, CreatedAt = now, ExpiresAt = now + lifetime };
        var digest = DigestOf(secret);
        await store.Writer.EnqueueAsync(batch =>
        {
            using var insert = Statement.Insert(batch.Database, "api_keys", ["id", "user_id", "name", "digest", "prefix", "scope", "created_at", "expires_at"]);
            return insert.Execute(key.Id, key.UserId, key.Name, digest, key.Prefix, (int)key.Scope, StoreTime.ToStore(key.CreatedAt), StoreTime.ToStore(key.ExpiresAt));
        }, WritePatience.WhileSomebodyWaits);
        byDigest[digest] = key;
        WaitForTheNextEnd();
        return (key, secret);
    }

    /// <summary>Refuses a key from now on. False where the person has no such key.</summary>
    public async Task<bool> RevokeAsync(string userId, string keyId)
    {
        var (digest, key) = byDigest.FirstOrDefault(known => known.Value.Id == keyId && known.Value.UserId == userId);
        if (key is null) return false;
        if (key.RevokedAt is not null) return true;
        var now = StoreTime.Truncate(time.GetUtcNow());
        await store.Writer.EnqueueAsync(batch =>
        {
            using var update = new Statement(batch.Database, "UPDATE api_keys SET revoked_at = ? WHERE id = ?");
            return update.Execute(StoreTime.ToStore(now), keyId);
        }, WritePatience.WhileSomebodyWaits);
        byDigest.AddOrUpdate(digest, key with { RevokedAt = now }, (_, present) => present with { RevokedAt = now });
        noteChange();
        return true;
    }

    /// <summary>The key with this digest, if it is good now.</summary>
    public ApiKey? FindGood(string digest) => byDigest.TryGetValue(digest, out var key) && key.RevokedAt is null && !(key.ExpiresAt <= time.GetUtcNow()) ? key : null;

    /// <summary>Notes that a key was used, at most once a minute.</summary>
    public void NoteUse(string digest)
    {
        var now = StoreTime.Truncate(time.GetUtcNow());
        if (!byDigest.TryGetValue(digest, out var key) || now - key.LastUsedAt < BetweenNotes || !byDigest.TryUpdate(digest, key with { LastUsedAt = now }, key)) return;

        // Nobody waits for it: a note that a crash loses is made again at the next use.
        store.Writer.Enqueue(new CommittedOperation<int>(
            batch =>
            {
                using var update = new Statement(batch.Database, "UPDATE api_keys SET last_used_at = ? WHERE id = ?");
                return update.Execute(StoreTime.ToStore(now), key.Id);
            },
            _ => { }));
    }

    /// <summary>What is kept of a key.</summary>
    public static string DigestOf(string secret) => RandomSecret.DigestOf(secret);

    public void Dispose() => expiry.Dispose();

    private void Expire()
    {
        noteChange();
        WaitForTheNextEnd();
    }

    /// <summary>Looked for anew each time: a timer that comes a moment too early finds the same end again, and waits for the rest.</summary>
    private void WaitForTheNextEnd()
    {
        lock (waiting)
        {
            var now = time.GetUtcNow();
            var next = byDigest.Values.Where(key => key.RevokedAt is null && key.ExpiresAt > now).Min(key => key.ExpiresAt - now);
            expiry.Change(next is not { } wait ? Timeout.InfiniteTimeSpan : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
        }
    }

    private static ApiKey ToKey(ApiKeyRow row) => new()
    {
        Id = row.Id,
        UserId = row.UserId,
        Name = row.Name,
        Prefix = row.Prefix,
        Scope = (ApiScope)row.Scope,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        ExpiresAt = StoreTime.FromStore(row.ExpiresAt),
        LastUsedAt = StoreTime.FromStore(row.LastUsedAt),
        RevokedAt = StoreTime.FromStore(row.RevokedAt),
    };
}

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>
/// The links by which chats are read without an account. As of <see cref="People.ApiKeys"/> only digests are kept, and all of them are in memory, as they
/// are committed. Safe for threads.
/// </summary>
public sealed class ShareLinks
{
    private const int MostOfAChat = 20;
    private const int MostDays = 3650;

    private readonly ConcurrentDictionary<string, ShareLink> byDigest;
    private readonly Store store;
    private readonly IdSource ids;
    private readonly TimeProvider time;

    internal ShareLinks(Store store, IdSource ids, TimeProvider time)
    {
        (this.store, this.ids, this.time) = (store, ids, time);
        using var context = store.Contexts.CreateDbContext();
        byDigest = new ConcurrentDictionary<string, ShareLink>(context.ShareLinks.AsEnumerable().Select(row => KeyValuePair.Create(row.Digest, ToLink(row))), StringComparer.Ordinal);
    }

    /// <summary>The links of a chat that lead somewhere, the newest first.</summary>
    public IReadOnlyList<ShareLink> List(string chatId) =>
        [.. byDigest.Values.Where(link => link.ChatId == chatId && IsGood(link)).OrderByDescending(link => link.CreatedAt).ThenByDescending(link => link.Id, StringComparer.Ordinal)];

    /// <summary>The link whose address ends so; null where it leads nowhere, or nowhere any more.</summary>
    public ShareLink? FindGood(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return byDigest.TryGetValue(RandomSecret.DigestOf(secret), out var link) && IsGood(link) ? link : null;
    }

    /// <summary>Makes a link. Only here is seen what its address ends with.</summary>
    /// <exception cref="RefusedException"><c>validation</c>, <c>too_many_links</c>; <c>not_found</c> where the chat has gone.</exception>
    internal async Task<(ShareLink Link, string Secret)> CreateAsync(string chatId, string userId, int? days)
    {
        if (days is < 1 or > MostDays) throw RefusedException.Validation("expires_in_days", $"expires_in_days has to be from 1 to {MostDays}, or absent for a link without an end.");
        if (List(chatId).Count >= MostOfAChat) throw RefusedException.Conflict("too_many_links", $"This chat has {MostOfAChat} links already. Revoke one first.");
        var secret = RandomSecret.New();
        var digest = RandomSecret.DigestOf(secret);
        var now = StoreTime.Truncate(time.GetUtcNow());
        var link = new ShareLink { Id = ids.NewLink(), ChatId = chatId, CreatedBy = userId, CreatedAt = now, ExpiresAt = days is { } count ? now.AddDays(count) : null };
        var made = new CommittedOperation<bool>(
            batch =>
            {
                if (!batch.Statements.ChatExists(chatId)) return false;
                using var insert = Statement.Insert(batch.Database, "share_links", ["id", "chat_id", "digest", "created_by", "created_at", "expires_at"]);
                return insert.Execute(link.Id, chatId, digest, userId, StoreTime.ToStore(now), StoreTime.ToStore(link.ExpiresAt)) > 0;
            },
            stored =>
            {
                if (stored) byDigest[digest] = link;
            });
        store.Writer.Enqueue(made);
        return await made.Completion ? (link, secret) : throw RefusedException.NotFound("chat", chatId);
    }

    /// <summary>From when it completes the link leads nowhere, and what is watched by it ends. False where the chat has no such link.</summary>
    internal Task<bool> RevokeAsync(string chatId, string linkId)
    {
        var revoked = new CommittedOperation<bool>(
            batch =>
            {
                using var delete = new Statement(batch.Database, "DELETE FROM share_links WHERE id = ?1 AND chat_id = ?2");
                return delete.Execute(linkId, chatId) > 0;
            },
            found =>
            {
                if (!found) return;
                foreach (var (digest, link) in byDigest)
                {
                    if (link.Id == linkId && link.ChatId == chatId && byDigest.TryRemove(digest, out _)) _ = link.Revocation.CancelAsync();
                }
            });
        store.Writer.Enqueue(revoked);
        return revoked.Completion;
    }

    private bool IsGood(ShareLink link) => !(link.ExpiresAt <= time.GetUtcNow());

    private static ShareLink ToLink(ShareLinkRow row) => new()
    {
        Id = row.Id,
        ChatId = row.ChatId,
        CreatedBy = row.CreatedBy,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        ExpiresAt = StoreTime.FromStore(row.ExpiresAt),
    };
}

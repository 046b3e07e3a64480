using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>
/// Decides who may see a chat and its tasks, and who may speak there: the person whose it is, and everybody with whom it is shared. All shares are in
/// memory, as they are committed. Safe for threads.
/// </summary>
public sealed class ChatAccess
{
    private readonly Store store;
    private volatile ImmutableDictionary<(string ChatId, string UserId), bool> shares;
    private long version;

    internal ChatAccess(Store store)
    {
        this.store = store;
        using var context = store.Contexts.CreateDbContext();
        shares = context.ChatShares.AsEnumerable().ToImmutableDictionary(row => (row.ChatId, row.UserId), row => row.CanWrite);
    }

    /// <summary>Another one when somebody may see more or less than before: whoever watches looks again.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>As <see cref="Version"/>, behind it. On the thread that changed it: must be quick.</summary>
    internal event Action? Changed;

    public bool MaySee(Caller caller, Audience audience) => caller.SeesAll || MaySee(caller.UserId, audience);

    /// <summary>Whether a person sees it.</summary>
    public bool MaySee(string userId, Audience audience) => userId.Length > 0 && (audience.PersonId == userId || shares.ContainsKey((audience.ChatId, userId)));

    public bool MayWrite(Caller caller, Audience audience) => caller.Role >= PersonRole.Member && (caller.SeesAll || MayWrite(caller.UserId, audience));

    /// <summary>Whether a person speaks there: it is theirs, or shared with them so that they may.</summary>
    public bool MayWrite(string userId, Audience audience) => audience.PersonId == userId || (shares.TryGetValue((audience.ChatId, userId), out var canWrite) && canWrite);

    /// <summary>Whether what a person has set up may work for them: not while their account is locked, or is one that only looks on.</summary>
    internal async Task<bool> MayGiveOrdersAsync(string userId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return !await context.People.AnyAsync(person => person.Id == userId && (person.DisabledAt != null || person.Role < (int)PersonRole.Member), cancellationToken);
    }

    /// <summary>What a caller who may not see something is told: that it is not there. One who may see it, but no more, is told that.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>.</exception>
    public void RequireWrite(Caller caller, Audience? audience, string noun, string id)
    {
        if (audience is not { } known || !MaySee(caller, known)) throw RefusedException.NotFound(noun, id);
        if (!MayWrite(caller, known)) throw RefusedException.ReadOnly(noun);
    }

    /// <summary>With whom the chat is shared, and whether they may write.</summary>
    public IReadOnlyDictionary<string, bool> SharesOf(string chatId) => shares.Where(share => share.Key.ChatId == chatId).ToDictionary(share => share.Key.UserId, share => share.Value);

    /// <summary>Shares a chat with a person, or changes whether they may write; null takes it back. On disk, and heeded, when it completes.</summary>
    public Task ShareAsync(string chatId, string userId, bool? canWrite)
    {
        var operation = new CommittedOperation<bool>(
            batch =>
            {
                using var statement = canWrite is null
                    ? new Statement(batch.Database, "DELETE FROM chat_shares WHERE chat_id = ?1 AND user_id = ?2")
                    : new Statement(batch.Database, "INSERT INTO chat_shares (chat_id, user_id, can_write, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET can_write = excluded.can_write");
                return (canWrite is { } write ? statement.Execute(chatId, userId, write, StoreTime.ToStore(batch.Now)) : statement.Execute(chatId, userId)) > 0;
            },
            _ =>
            {
                shares = canWrite is { } write ? shares.SetItem((chatId, userId), write) : shares.Remove((chatId, userId));
                NoteChange();
            });
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    /// <summary>Says that something else has changed that decides who sees what: a role, an account, a session, a key.</summary>
    public void NoteChange()
    {
        Interlocked.Increment(ref version);
        Changed?.Invoke();
    }
}

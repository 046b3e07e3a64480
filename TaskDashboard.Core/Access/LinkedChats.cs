using System.Runtime.CompilerServices;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What whoever has a link reads: the messages of that one chat, and nothing else. Safe for threads.</summary>
public sealed class LinkedChats
{
    /// <summary>So many messages are on a page.</summary>
    public const int PageSize = 500;

    private readonly Store store;
    private readonly TaskFeed feed;
    private readonly ShareLinks links;
    private readonly TimeProvider time;

    internal LinkedChats(Store store, TaskFeed feed, ShareLinks links, TimeProvider time) => (this.store, this.feed, this.links, this.time) = (store, feed, links, time);

    /// <summary>True for a link by which there is something to read.</summary>
    public async Task<bool> ExistsAsync(string secret, CancellationToken cancellationToken = default) =>
        links.FindGood(secret) is { } link && await store.Chats.ExistsAsync(link.ChatId, cancellationToken);

    /// <summary>A page of the chat; null where the link leads nowhere.</summary>
    /// <param name="secret">What the link's address ends with.</param>
    /// <param name="after">The last message that the reader has, by its id; 0 for none.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async Task<LinkedChat?> FindAsync(string secret, long after, CancellationToken cancellationToken = default)
    {
        if (links.FindGood(secret) is not { } link || await store.Chats.ReadAsync(link.ChatId, cancellationToken) is not { } picture) return null;
        var lines = await store.Chats.ListMessagesAsync(link.ChatId, after, PageSize + 1, cancellationToken);
        return new LinkedChat(
            link,
            picture.Chat.Title,
            picture.LastId,
            lines.Count > PageSize ? [.. lines.Take(PageSize)] : lines,
            picture.Tasks.Where(task => !task.IsPrimary).ToDictionary(task => task.Id, task => task.Title, StringComparer.Ordinal),
            picture.Tasks.Count(task => !task.Status.IsTerminal()),
            lines.Count > PageSize);
    }

    /// <summary>
    /// The newest event of the chat at once, and then one element for each thing behind the cursor that its readers would see, live. Ends when the link does,
    /// or the chat.
    /// </summary>
    /// <param name="secret">What the link's address ends with.</param>
    /// <param name="after">The last event that the reader knows of.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async IAsyncEnumerable<long> WatchAsync(string secret, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (links.FindGood(secret) is not { } link) yield break;

        // The longest wait of a timer is some 49 days; nobody watches for that long without coming anew.
        using var expired = link.ExpiresAt is { } end ? new CancellationTokenSource(TimeSpan.FromTicks(Math.Clamp((end - time.GetUtcNow()).Ticks, 0, TimeSpan.TicksPerDay * 40)), time) : new CancellationTokenSource();
        using var good = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Revocation.Token, expired.Token);
        await using var frames = feed.WatchChatAsync(link.ChatId, after, good.Token).GetAsyncEnumerator(good.Token);
        while (true)
        {
            try
            {
                if (!await frames.MoveNextAsync()) yield break;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                yield break;
            }
            catch (RefusedException gone) when (gone.Kind == RefusalKind.NotFound)
            {
                yield break;
            }

            if (frames.Current is ChatDeletedFrame) yield break;
            if (frames.Current is ChatSnapshotFrame snapshot) yield return snapshot.LastId;
            else if (frames.Current is ChatEventFrame { Event: { Type: EventTypes.Message or EventTypes.Thought or EventTypes.ToolUse or EventTypes.ToolResult or EventTypes.Status or EventTypes.Title } seen }) yield return seen.Id;
        }
    }
}

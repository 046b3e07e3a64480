using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Chats;

/// <summary>The list of chats beside a chat. Read anew when something happened that it shows, at most twice a second; never polled.</summary>
public sealed class ChatListViewModel : IDisposable
{
    private const int PageSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly IChatService chats;
    private readonly LiveTaskList live;
    private readonly Caller caller;
    private readonly ILogger logger;
    private readonly RenderThrottle throttle;
    private readonly CancellationTokenSource closing = new();
    private string? next;
    private int wanted = PageSize;

    public ChatListViewModel(IChatService chats, LiveTaskList live, Caller caller, TimeProvider time, ILogger<ChatListViewModel> logger)
    {
        (this.chats, this.live, this.caller, this.logger) = (chats, live, caller, logger);
        throttle = new RenderThrottle(time, logger, LoadAsync, Interval);
    }

    /// <summary>Newest activity first; null before the first reading.</summary>
    public IReadOnlyList<ChatSummary>? Items { get; private set; }

    public bool HasMore => next is not null;

    /// <summary>It could not be read; what was read before is still there.</summary>
    public bool IsBroken { get; private set; }

    public string Search { get; private set; } = "";

    public bool Archived { get; private set; }

    /// <summary>There is something new to draw; raised on a pool thread.</summary>
    public event Action? Changed;

    /// <summary>Begins to follow what happens.</summary>
    public void Watch()
    {
        live.Changed += TakeIn;
        chats.Changed += TakeIn;
        throttle.Request();
    }

    public void Look(string search, bool archived)
    {
        if ((search, archived) == (Search, Archived)) return;
        (Search, Archived, wanted) = (search, archived, PageSize);
        throttle.Request();
    }

    public void ShowMore()
    {
        wanted = Math.Min(wanted + PageSize, TaskQuery.MaxLimit);
        throttle.Request();
    }

    private void TakeIn(LiveTaskBatch batch)
    {
        if (batch.Resync || batch.Changes.Count > 0) throttle.Request();
    }

    // On the writer's thread: it only asks for a turn.
    private void TakeIn(string chatId) => throttle.Request();

    private async Task LoadAsync()
    {
        var (search, archived, limit) = (Search, Archived, wanted);
        try
        {
            // A search is for everything; otherwise what a task began for a sub-task is found from there.
            var page = await chats.ListAsync(
                new ChatQuery { Search = search, Archived = archived, WithSubtasks = search.Length > 0, ReaderId = caller.UserId, VisibleTo = caller.VisibleTo, Limit = limit }, closing.Token);
            if ((search, archived) != (Search, Archived)) return;
            (Items, next, IsBroken) = (page.Items, limit < TaskQuery.MaxLimit ? page.NextCursor : null, false);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogWarning(exception, "The list of chats could not be read; it stays as it is until the next change.");
            IsBroken = true;
        }

        Changed?.Invoke();
    }

    public void Dispose()
    {
        Changed = null;
        live.Changed -= TakeIn;
        chats.Changed -= TakeIn;
        closing.Cancel();
        throttle.Dispose();
        closing.Dispose();
    }
}

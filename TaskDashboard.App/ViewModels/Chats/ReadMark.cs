using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.ViewModels.Chats;

/// <summary>
/// Writes down how far a person has read a chat, at most once a second while the page is there and once more when it goes; nothing ever waits for it.
/// </summary>
public sealed class ReadMark : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string chatId;
    private readonly IChatService chats;
    private readonly Caller caller;
    private readonly ILogger logger;
    private readonly RenderThrottle throttle;
    private long seen;
    private long written;

    public ReadMark(string chatId, IChatService chats, Caller caller, TimeProvider time, ILogger logger)
    {
        (this.chatId, this.chats, this.caller, this.logger) = (chatId, chats, caller, logger);
        throttle = new RenderThrottle(time, logger, WriteAsync, Interval);
    }

    /// <summary>Everything up to this event was on the screen.</summary>
    public void Note(long eventId)
    {
        if (eventId <= Volatile.Read(ref seen)) return;
        Volatile.Write(ref seen, eventId);
        throttle.Request();
    }

    private async Task WriteAsync()
    {
        var upTo = Volatile.Read(ref seen);
        if (upTo <= written) return;
        try
        {
            await chats.MarkReadAsync(chatId, caller.UserId, upTo);
            written = upTo;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Deleted meanwhile, or a store that cannot be written: the next thing that is seen says it again. Told as new twice is better than never.
            logger.LogInformation(exception, "It was not noted that {UserId} has read {ChatId} up to {EventId}.", caller.UserId, chatId, upTo);
        }
    }

    public void Dispose()
    {
        throttle.Dispose();

        // What came on the screen in the last second; the page does not stay for it.
        _ = WriteAsync();
    }
}

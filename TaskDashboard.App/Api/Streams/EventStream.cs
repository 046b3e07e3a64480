using System.Globalization;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Streams;

/// <summary>What the endpoints that answer with an event stream have in common.</summary>
internal static class EventStream
{
    public const string ContentType = "text/event-stream";

    public static IResult OfTask(ITaskFeed feed, string taskId, long after, int statusCode = StatusCodes.Status200OK) =>
        new EventStreamResult<StreamFrame, TaskStreamShape>(token => feed.WatchTaskAsync(taskId, after, token), statusCode);

    public static IResult OfChat(ITaskFeed feed, string chatId, long after) =>
        new EventStreamResult<StreamFrame, TaskStreamShape>(token => feed.WatchChatAsync(chatId, after, token));

    public static IResult OfList(ITaskFeed feed, long? after) =>
        new EventStreamResult<ListFrame, ListStreamShape>(token => feed.WatchListAsync(after, token));

    /// <summary>Does the client ask for a stream rather than for JSON?</summary>
    public static bool IsAskedFor(HttpRequest request)
    {
        foreach (var accepted in request.Headers.Accept)
        {
            if (accepted is not null && accepted.Contains(ContentType, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>
    /// The cursor that the viewer has. A browser that reconnects repeats the address with its old <c>after</c> and says where it
    /// really was in <c>Last-Event-ID</c>, so the header wins.
    /// </summary>
    /// <exception cref="RefusedException">Either of them is no cursor.</exception>
    public static long? ReadCursor(string? lastEventId, string? after)
    {
        var fromAddress = Read(after, "after");
        return Read(lastEventId, "Last-Event-ID") ?? fromAddress;
    }

    private static long? Read(string? text, string field)
    {
        if (text is null) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor)
            ? cursor
            : throw RefusedException.Validation(field, $"{field} has to be the id of an event of this stream: a whole number, 0 or more.");
    }
}

using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Streams;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.Api;

/// <summary>Event streams (SSE): of one task, and of the list.</summary>
internal static class StreamEndpoints
{
    public static void MapStreams(this RouteGroupBuilder api)
    {
        var streams = api.MapGroup("").WithTags("Streams");
        streams.MapGet("/tasks/{id}/stream", WatchTask).WithName("watchTask")
            .WithSummary("A snapshot, the durable events behind the cursor, then live; ends with end, or with deleted.")
            .WithDescription("The id of each durable event is its sequence number. Come back with it in Last-Event-ID, or in after. "
                + "Streaming text comes as message_delta and thought_delta, without an id. A heartbeat comment comes after every 15 s of silence.")
            .Produces<string>(200, EventStream.ContentType)
            .Refuses(400, 404);
        streams.MapGet("/stream", WatchList).WithName("watchTasks")
            .WithSummary("A snapshot of the counts, then every change of the list, each batch followed by the counts.")
            .WithDescription("The id of each change is the store-wide event id. Come back with it in Last-Event-ID, or in after; without, changes from now on.")
            .Produces<string>(200, EventStream.ContentType)
            .Refuses(400);
    }

    private static IResult WatchTask(
        string id,
        [FromQuery(Name = "after"), Description("The last sequence number that the caller has.")] string? after,
        [FromHeader(Name = "Last-Event-ID"), Description("As after, and before it.")] string? lastEventId,
        ITaskFeed feed) =>
        EventStream.OfTask(feed, id, EventStream.ReadCursor(lastEventId, after) ?? 0);

    private static IResult WatchList(
        [FromQuery(Name = "after"), Description("The last event id that the caller has.")] string? after,
        [FromHeader(Name = "Last-Event-ID"), Description("As after, and before it.")] string? lastEventId,
        ITaskFeed feed) =>
        EventStream.OfList(feed, EventStream.ReadCursor(lastEventId, after));
}

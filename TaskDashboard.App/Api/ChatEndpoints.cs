using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Streams;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Chats: the list, one of them, and what is said in it.</summary>
internal static class ChatEndpoints
{
    public static void MapChats(this RouteGroupBuilder api)
    {
        var chats = api.MapGroup("/chats").WithTags("Chats");
        chats.MapGet("", ListAsync).WithName("listChats")
            .WithSummary("One page of the chats, those with the newest activity first.")
            .Refuses(400);
        chats.MapGet("/{id}", FindAsync).WithName("getChat")
            .WithSummary("The chat, with who has it open on a page right now.")
            .Refuses(404);
        chats.MapPatch("/{id}", UpdateAsync).WithName("updateChat")
            .WithSummary("Renames the chat, puts it away or takes it back. Its tasks go on either way.")
            .Refuses(400, 404, 409, 413, 415);
        chats.MapDelete("/{id}", DeleteAsync).WithName("deleteChat")
            .WithSummary("Stops every live task of the chat, then removes them all, and the chat with them; its streams get deleted and end.")
            .Refuses(404, 409);
        chats.MapGet("/{id}/messages", ListMessagesAsync).WithName("listChatMessages")
            .WithSummary("The messages of all tasks of the chat, in the order in which they came.")
            .WithDescription("task_id is on the messages of every task but the chat's primary one. The cursor is the id of the last message that the caller has.")
            .Refuses(400, 404);
        chats.MapGet("/{id}/stream", WatchAsync).WithName("watchChat")
            .WithSummary("A snapshot, the durable events of all tasks of the chat behind the cursor, then live; ends when the chat is deleted.")
            .WithDescription("The id of each durable event is its store-wide id. Come back with it in Last-Event-ID, or in after. data.task_id is on the events of every task "
                + "but the chat's primary one, and on the primary's subtask events, where it names the child. A deleted frame with an id tells of a task, one without of the chat.")
            .Produces<string>(200, EventStream.ContentType)
            .Refuses(400, 404);
        chats.MapPost("/{id}/read", MarkReadAsync).WithName("readChat")
            .Needs(PersonRole.Viewer)
            .WithSummary("Notes up to which event the caller has seen the chat. It never goes back.")
            .Refuses(400, 404, 413, 415);
        chats.MapPost("/{id}/cancel", CancelAsync).WithName("cancelChat")
            .WithSummary("Stops every live task of the chat, and everything below them.")
            .Refuses(404);
    }

    private static async Task<Ok<ChatListPage>> ListAsync(
        [AsParameters] ChatListParameters parameters, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(await chats.ListAsync(parameters.ToQuery(caller.Value), cancellationToken));

    private static async Task<Ok<ChatSummary>> FindAsync(string id, IChatService chats, ChatViewers viewers, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(await RequireAsync(id, chats, caller, cancellationToken) with { Viewers = viewers.Of(id) });

    private static async Task<Ok<ChatSummary>> UpdateAsync(string id, UpdateChatBody body, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, chats, caller, cancellationToken);
        return TypedResults.Ok(await chats.UpdateAsync(id, body.ToCommand(), caller.Value, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string id, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, chats, caller, cancellationToken);
        await chats.DeleteAsync(id, caller.Value.Name, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<ChatLine>>> ListMessagesAsync(
        string id, [AsParameters] PageParameters page, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken)
    {
        var (limit, after) = page.ReadId();
        await RequireAsync(id, chats, caller, cancellationToken);
        return TypedResults.Ok(PageParameters.Cut(await chats.ListMessagesAsync(id, after, limit + 1, cancellationToken), limit, line => line.Id));
    }

    private static async Task<IResult> WatchAsync(
        string id,
        [FromQuery(Name = "after"), Description("The last event id that the caller has.")] string? after,
        [FromHeader(Name = "Last-Event-ID"), Description("As after, and before it.")] string? lastEventId,
        ITaskFeed feed,
        IChatService chats,
        CurrentCaller caller,
        CancellationToken cancellationToken)
    {
        var cursor = EventStream.ReadCursor(lastEventId, after) ?? 0;
        await RequireAsync(id, chats, caller, cancellationToken);
        return EventStream.OfChat(feed, id, cursor);
    }

    private static async Task<NoContent> MarkReadAsync(string id, ReadChatBody body, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, chats, caller, cancellationToken);
        await chats.MarkReadAsync(id, caller.Value.UserId, body.ToLastId(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<CancelAllAnswer>> CancelAsync(string id, ITaskService tasks, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, chats, caller, cancellationToken);
        return TypedResults.Ok(new CancelAllAnswer(Accepted: true, await tasks.CancelChatAsync(id, caller.Value.Name, cancellationToken)));
    }

    /// <summary>A chat that the caller may not see is one that there is not.</summary>
    private static async Task<ChatSummary> RequireAsync(string id, IChatService chats, CurrentCaller caller, CancellationToken cancellationToken) =>
        await chats.FindAsync(id, caller.Value, cancellationToken) ?? throw RefusedException.NotFound("chat", id);
}

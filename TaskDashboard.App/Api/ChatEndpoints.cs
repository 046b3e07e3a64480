using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What is done to all tasks of a chat at once.</summary>
internal static class ChatEndpoints
{
    public static void MapChats(this RouteGroupBuilder api)
    {
        var chats = api.MapGroup("/chats").WithTags("Chats");
        chats.MapPost("/{id}/cancel", CancelAsync).WithName("cancelChat")
            .WithSummary("Stops every live task of the chat, and everything below them.")
            .Refuses(404);
    }

    private static async Task<Ok<CancelAllAnswer>> CancelAsync(string id, ITaskService tasks, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CancelAllAnswer(Accepted: true, await tasks.CancelChatAsync(id, caller.Value.Name, cancellationToken)));
}

using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>With whom a chat is shared: what it holds, and whatever its tasks start.</summary>
internal static class ChatShareEndpoints
{
    public static void MapChatShares(this RouteGroupBuilder api)
    {
        var shares = api.MapGroup("/chats/{id}/shares").WithTags("Chats").ChangesRefuseCommands();
        shares.MapGet("", ListAsync).WithName("listChatShares")
            .WithSummary("The people who see the chat besides the one whose it is.")
            .Refuses(404);
        shares.MapPut("/{userId}", ShareAsync).WithName("shareChat")
            .WithSummary("Shares the chat with a person, to read or to take part.")
            .Refuses(400, 403, 404, 409, 413, 415);
        shares.MapDelete("/{userId}", UnshareAsync).WithName("unshareChat")
            .WithSummary("Takes it back: the person sees nothing more of it, also in streams that are open.")
            .Refuses(400, 403, 404, 409);
    }

    private static async Task<Ok<Page<ShareAnswer>>> ListAsync(string id, CallerChats chats, PersonDirectory directory, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<ShareAnswer>([.. (await chats.ListSharesAsync(id, cancellationToken)).Select(share => new ShareAnswer(share.Key, directory.Find(share.Key)?.Name ?? "", share.Value))]));

    private static async Task<Ok<ShareAnswer>> ShareAsync(string id, string userId, ShareBody body, CallerChats chats, PersonDirectory directory, CancellationToken cancellationToken)
    {
        var person = directory.Find(userId) ?? throw RefusedException.NotFound("person", userId);
        await chats.ShareAsync(id, userId, body.CanWrite ?? false, cancellationToken);
        return TypedResults.Ok(new ShareAnswer(userId, person.Name, body.CanWrite ?? false));
    }

    private static async Task<NoContent> UnshareAsync(string id, string userId, CallerChats chats, CancellationToken cancellationToken)
    {
        await chats.ShareAsync(id, userId, null, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>Somebody who sees a chat.</summary>
internal sealed record ShareAnswer(string UserId, string Name, bool CanWrite);

/// <summary>How a chat is shared.</summary>
internal sealed record ShareBody
{
    [Description("True lets the person speak in it and steer its tasks, too. Default false.")]
    public bool? CanWrite { get; init; }
}

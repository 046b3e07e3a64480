using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Access;

namespace TaskDashboard.App.Api;

/// <summary>The links by which a chat is read without an account.</summary>
internal static class ChatLinkEndpoints
{
    public static void MapChatLinks(this RouteGroupBuilder api)
    {
        var links = api.MapGroup("/chats/{id}/links").WithTags("Chats").ChangesRefuseCommands();
        links.MapGet("", ListAsync).WithName("listChatLinks")
            .WithSummary("The links that lead to the chat, the newest first, without their addresses: each is shown once, when the link is made.")
            .Refuses(403, 404);
        links.MapPost("", CreateAsync).WithName("createChatLink")
            .WithSummary("Makes a link by which whoever has it reads the messages of the chat, live, without an account. The answer is the only place where its address can be read.")
            .Refuses(400, 403, 404, 409, 413, 415);
        links.MapDelete("/{linkId}", RevokeAsync).WithName("revokeChatLink")
            .WithSummary("Takes the link back: it leads nowhere from now on, also in pages that are open.")
            .Refuses(403, 404);
    }

    private static async Task<Ok<Page<ShareLink>>> ListAsync(string id, CallerChats chats, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<ShareLink>(await chats.ListLinksAsync(id, cancellationToken)));

    private static async Task<Created<NewLinkAnswer>> CreateAsync(string id, HttpRequest request, CallerChats chats, CancellationToken cancellationToken, LinkBody? body = null)
    {
        var (link, secret) = await chats.CreateLinkAsync(id, body?.ExpiresInDays, cancellationToken);
        var url = $"{request.Scheme}://{request.Host}/shared/{secret}";
        return TypedResults.Created((string?)null, new NewLinkAnswer(link.Id, link.ChatId, link.CreatedBy, link.CreatedAt, link.ExpiresAt, url));
    }

    private static async Task<NoContent> RevokeAsync(string id, string linkId, CallerChats chats, CancellationToken cancellationToken)
    {
        await chats.RevokeLinkAsync(id, linkId, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What a new link takes.</summary>
internal sealed record LinkBody
{
    [Description("After how many days it leads nowhere, 1 to 3650; absent for never.")]
    public int? ExpiresInDays { get; init; }
}

/// <summary>A link that was just made, with its address.</summary>
internal sealed record NewLinkAnswer(string Id, string ChatId, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Url);

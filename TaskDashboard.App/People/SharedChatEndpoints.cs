using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Streams;
using TaskDashboard.App.Components.Links;
using TaskDashboard.Core.Access;

namespace TaskDashboard.App.People;

/// <summary>What whoever has a link sees: a plain page without a circuit, and the news that it has to be looked at again.</summary>
internal static class SharedChatEndpoints
{
    public static void MapSharedChats(this WebApplication app)
    {
        app.MapGet("/shared/{secret}", ShowAsync).WithName("showSharedChat").AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/shared/{secret}/changes", WatchAsync).WithName("watchSharedChat").AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<RazorComponentResult<LinkedChatDocument>> ShowAsync(
        string secret, HttpResponse response, LinkedChats chats, ShareLinks links, PersonDirectory directory, CancellationToken cancellationToken, string? after = null)
    {
        // The address is what lets people in: it is neither kept, nor found, nor told to where the messages lead.
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers["Referrer-Policy"] = "no-referrer";
        var chat = LeadsSomewhere(secret, links, directory) ? await chats.FindAsync(secret, CursorIn(after), cancellationToken) : null;
        return new RazorComponentResult<LinkedChatDocument>(new Dictionary<string, object?> { [nameof(LinkedChatDocument.Chat)] = chat, [nameof(LinkedChatDocument.Secret)] = secret })
        {
            StatusCode = chat is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK,
        };
    }

    private static async Task<IResult> WatchAsync(
        string secret, LinkedChats chats, ShareLinks links, PersonDirectory directory, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, CancellationToken cancellationToken, string? after = null) =>
        LeadsSomewhere(secret, links, directory) && await chats.ExistsAsync(secret, cancellationToken)
            ? new EventStreamResult<long, ChangeShape>(token => chats.WatchAsync(secret, CursorIn(lastEventId ?? after), token))
            : TypedResults.NotFound();

    /// <summary>While the person who made it may not come in, neither does anybody by their links.</summary>
    private static bool LeadsSomewhere(string secret, ShareLinks links, PersonDirectory directory) =>
        links.FindGood(secret) is { } link && (directory.Find(link.CreatedBy) is { } person ? person.DisabledAt is null : !directory.HasAccounts);

    /// <summary>Whoever changes the address by hand begins at its start.</summary>
    private static long CursorIn(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;

    /// <summary>Only that there is something new: the page is what says it.</summary>
    private readonly struct ChangeShape : IStreamShape<long>
    {
        public static string Name(long frame) => "changed";

        public static ReadOnlySpan<byte> Json(long frame) => "{}"u8;

        public static long? Cursor(long frame) => frame;

        public static bool IsLast(long frame) => false;
    }
}

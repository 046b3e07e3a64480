using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Files that go along with messages: uploaded first, then named by the message.</summary>
internal static class AttachmentEndpoints
{
    /// <summary>What the form around one file may take up.</summary>
    private const int FormBytes = 64 * 1024;

    public static void MapAttachments(this RouteGroupBuilder api)
    {
        var options = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<IOptions<AttachmentOptions>>().Value;
        var attachments = api.MapGroup("/attachments").WithTags("Attachments");
        attachments.MapPost("", UploadAsync).WithName("uploadAttachments")
            .WithSummary("Stores files for a message to take along: texts in UTF-8, and PNG, JPEG, GIF and WebP images.")
            .WithDescription("A form with parts named file, or one file as the body itself with its name in the query. All of them are stored, or none. "
                + "What no message takes along within a day is removed. 415 for other kinds of files, by their content.")
            .Produces<AttachmentList>(201)
            .WithMetadata(new OwnBodyLimit(
                options.MaxPerMessage * (options.MaxBytes + FormBytes), "file",
                FormattableString.Invariant($"One upload takes up to {options.MaxPerMessage} files of {options.MaxBytes:N0} bytes each (TaskDashboard:Attachments). Nothing was stored.")))
            .Refuses(400, 413, 415, 503);
        attachments.MapGet("/{id}", OpenAsync).WithName("getAttachment")
            .WithSummary("The content of an attachment: an image as what it is, everything else as plain text.")
            .Produces(200).Refuses(404);
    }

    private static async Task<Created<AttachmentList>> UploadAsync(HttpRequest request, string? name, CallerAttachments store, CancellationToken cancellationToken)
    {
        using var upload = store.BeginUpload();
        await UploadReader.ReadAsync(request, name, upload, cancellationToken);
        return TypedResults.Created((string?)null, new AttachmentList(await upload.StoreAsync()));
    }

    private static async Task<FileStreamHttpResult> OpenAsync(string id, CallerAttachments store, HttpResponse response, CancellationToken cancellationToken)
    {
        var attachment = await store.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("attachment", id);
        var content = store.TryOpen(attachment) ?? throw RefusedException.NotFound("content of attachment", id);
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(attachment.Name);
        response.Headers.ContentDisposition = disposition.ToString();

        // It never changes, but it can be deleted: asked for again, and then not sent again.
        response.Headers.CacheControl = "private, no-cache";

        // Plain text, whatever text it is: nothing of it is to be run by a browser.
        return TypedResults.Stream(
            content, attachment.IsImage ? attachment.MediaType : "text/plain; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{attachment.Id}\""), enableRangeProcessing: true);
    }
}

/// <summary>What an upload has stored, in its order.</summary>
internal sealed record AttachmentList(IReadOnlyList<Attachment> Items);

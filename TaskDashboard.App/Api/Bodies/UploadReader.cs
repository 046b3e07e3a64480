using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>Reads an upload as it comes: a form of files, or one file without anything around it. Never holds a file whole.</summary>
internal static class UploadReader
{
    private const string Field = "file";

    /// <param name="request">The upload.</param>
    /// <param name="name">What a file without a form around it is called.</param>
    /// <param name="upload">Takes the files in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">A file is not taken, or the form cannot be read.</exception>
    public static async Task ReadAsync(HttpRequest request, string? name, AttachmentUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                await ReadFormAsync(type, request.Body, upload, cancellationToken);
            }
            else
            {
                await upload.AddAsync(Field, name, request.Body, cancellationToken);
            }
        }
        catch (Exception cut) when (cut is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // The disk's failures are told as such below; what is left is the form's own.
            throw RefusedException.Validation("body", "The form is cut off or malformed, so nothing was stored.");
        }
    }

    private static async Task ReadFormAsync(MediaTypeHeaderValue type, Stream body, AttachmentUpload upload, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200) throw RefusedException.Validation("body", "The content type names no boundary between the parts of the form.");
        var reader = new MultipartReader(boundary, body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || !disposition.IsFileDisposition()) continue;
            var field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (field != Field) throw RefusedException.Validation(field, $"Files come in parts named file, not \"{field}\". Nothing was stored.");
            var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
            await upload.AddAsync(Field, name.ToString(), part.Body, cancellationToken);
        }

        if (upload.Count == 0) throw RefusedException.Validation(Field, "file is missing: the form holds no file.");
    }
}

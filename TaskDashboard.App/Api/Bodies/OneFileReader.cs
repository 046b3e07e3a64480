using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>Reads a body that is one file, with or without a form around it. Never holds it whole.</summary>
internal static class OneFileReader
{
    private const string Field = "file";

    /// <param name="request">The request.</param>
    /// <param name="read">Is given the file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">There is no file, or the form cannot be read.</exception>
    public static async Task<TResult> ReadAsync<TResult>(HttpRequest request, Func<Stream, Task<TResult>> read, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) return await read(request.Body);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200) throw RefusedException.Validation("body", "The content type names no boundary between the parts of the form.");
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || !disposition.IsFileDisposition()) continue;
                var field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                return field == Field ? await read(part.Body) : throw RefusedException.Validation(field, $"The file comes in a part named file, not \"{field}\". Nothing was stored.");
            }
        }
        catch (Exception cut) when (cut is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw RefusedException.Validation("body", "The form is cut off or malformed, so nothing was stored.");
        }

        throw RefusedException.Validation(Field, "file is missing: the form holds no file.");
    }
}

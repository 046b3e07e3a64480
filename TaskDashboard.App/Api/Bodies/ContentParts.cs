using System.Text.Json;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>
/// <c>content</c> of a message: an array of <c>{"type":"text","text"}</c>, <c>{"type":"attachment","attachment_id"}</c> and
/// <c>{"type":"image","media_type","data"}</c>, the data in base64.
/// </summary>
/// <param name="Text">The text parts, an empty line between two.</param>
/// <param name="Files">The others, in their order.</param>
internal sealed record ContentParts(string Text, IReadOnlyList<ContentFile> Files)
{
    private static readonly string[] Images = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    public static ContentParts? Read(JsonElement content, FieldErrors errors)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            errors.Add("content", "content has to be an array of parts of type text, attachment or image.");
            return null;
        }

        var texts = new List<string>();
        var files = new List<ContentFile>();
        foreach (var (index, part) in content.EnumerateArray().Index())
        {
            var place = $"content[{index}]";
            switch (TextOf(part, "type"))
            {
                case "text" when TextOf(part, "text") is { } text:
                    texts.Add(text);
                    break;
                case "text":
                    errors.Add(place, $"{place}.text has to be a text.");
                    break;
                case "attachment" when TextOf(part, "attachment_id") is { } id:
                    files.Add(new ContentFile(place, id, null));
                    break;
                case "attachment":
                    errors.Add(place, $"{place}.attachment_id has to be the id of an attachment.");
                    break;
                case "image":
                    if (Image(part, place, errors) is { } bytes) files.Add(new ContentFile(place, null, bytes));
                    break;
                default:
                    errors.Add(place, $"{place}.type has to be text, attachment or image.");
                    break;
            }
        }

        if (texts.All(string.IsNullOrWhiteSpace)) errors.Add("content", "content has no part of type text: say what is to be done with what is attached.");
        return new ContentParts(string.Join("\n\n", texts), files);
    }

    private static byte[]? Image(JsonElement part, string place, FieldErrors errors)
    {
        if (!Images.Contains(TextOf(part, "media_type"))) errors.Add(place, $"{place}.media_type has to be one of {string.Join(", ", Images)}.");
        else if (part.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0) return bytes;
        else errors.Add(place, $"{place}.data has to be an image in base64.");
        return null;
    }

    private static string? TextOf(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && JsonText.TryGet(value, out var text) ? text : null;
}

/// <summary>A file of a message's content: one that is uploaded already, or an image as it is.</summary>
/// <param name="Place">Where it stands in the request.</param>
/// <param name="AttachmentId">The id of an upload.</param>
/// <param name="Image">The image itself.</param>
internal sealed record ContentFile(string Place, string? AttachmentId, byte[]? Image);

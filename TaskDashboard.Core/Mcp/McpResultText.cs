using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Mcp;

/// <summary>Writes what a server answers as text, which is what a model reads: what is no text is described.</summary>
internal static class McpResultText
{
    public static string Of(CallToolResult result)
    {
        var parts = result.Content.Select(Of).Where(part => part.Length > 0).ToList();

        // Servers that are kind to older clients say the structured content as text too.
        if (result.StructuredContent is { } structured && !parts.Exists(part => IsSame(part, structured))) parts.Add(JsonSerializer.Serialize(structured, EventJson.Options));
        return string.Join("\n\n", parts);
    }

    public static string Of(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        ImageContentBlock image => $"[An image, {image.MimeType}, {Size(image.DecodedData.Length)}; it cannot be shown here.]",
        AudioContentBlock audio => $"[A sound, {audio.MimeType}, {Size(audio.DecodedData.Length)}; it cannot be played here.]",
        EmbeddedResourceBlock embedded => Of(embedded.Resource),
        ResourceLinkBlock link => $"[A resource: {link.Uri}, {link.Title ?? link.Name}{(link.Description is { Length: > 0 } about ? $": {about}" : "")}]",
        _ => $"[Something of the kind {block.Type}, which cannot be shown here.]",
    };

    public static string Of(ResourceContents resource) => resource switch
    {
        TextResourceContents text => $"[The resource {text.Uri}:]\n{text.Text}",
        BlobResourceContents blob => $"[The resource {blob.Uri}, {blob.MimeType ?? "of an unknown type"}, {Size(blob.DecodedData.Length)}; it is no text.]",
        _ => $"[The resource {resource.Uri}, which cannot be shown here.]",
    };

    /// <summary>What a prompt says, without the roles: it becomes a person's message.</summary>
    public static string Of(GetPromptResult prompt)
    {
        var text = new StringBuilder();
        foreach (var message in prompt.Messages)
        {
            if (text.Length > 0) text.Append("\n\n");
            text.Append(Of(message.Content));
        }

        return text.ToString();
    }

    private static string Size(int bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    private static bool IsSame(string part, JsonElement structured)
    {
        if (!part.TrimStart().StartsWith('{')) return false;
        try
        {
            return JsonElement.DeepEquals(JsonElement.Parse(part), structured);
        }
        catch (JsonException)
        {
            // Text that only begins like JSON.
            return false;
        }
    }
}

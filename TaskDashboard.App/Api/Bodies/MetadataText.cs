using System.Text.Json;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>Metadata is an object of strings; numbers and booleans are kept as their JSON text.</summary>
internal static class MetadataText
{
    public static Dictionary<string, string?>? Read(IReadOnlyDictionary<string, JsonElement>? metadata, FieldErrors errors, bool nullRemoves)
    {
        if (metadata is null) return null;

        var texts = new Dictionary<string, string?>(metadata.Count);
        foreach (var (key, value) in metadata)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String when TryGetText(value, out var text):
                    texts[key] = text;
                    break;
                case JsonValueKind.String:
                    errors.Add($"metadata.{key}", $"metadata.{key} is not valid Unicode text.");
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    texts[key] = value.GetRawText();
                    break;
                case JsonValueKind.Null when nullRemoves:
                    texts[key] = null;
                    break;
                default:
                    errors.Add($"metadata.{key}", $"metadata.{key} has to be a string, a number or a boolean.");
                    break;
            }
        }

        return texts;
    }

    /// <summary>The parser lets half a surrogate pair or a byte that is no UTF-8 through, and says so only when the text is asked for.</summary>
    private static bool TryGetText(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}

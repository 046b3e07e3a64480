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
                case JsonValueKind.String when JsonText.TryGet(value, out var text):
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
}

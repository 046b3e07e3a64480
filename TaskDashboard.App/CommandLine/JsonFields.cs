using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// Reads what a server answered, which may be another version of this program: what is not there, or is something else, is null and never an exception.
/// </summary>
internal static class JsonFields
{
    public static string? Text(this JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static long? Number(this JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static bool Flag(this JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.True };

    public static DateTimeOffset? Time(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Undefined where it is not there.</summary>
    public static JsonElement Part(this JsonElement json, string name) => Field(json, name) ?? default;

    public static IEnumerable<JsonElement> List(this JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>On one line, as the server has sent it where it sends it on one.</summary>
    public static string ToLine(this JsonElement json) => json.GetRawText() is var raw && raw.AsSpan().ContainsAny('\n', '\r') ? JsonSerializer.Serialize(json) : raw;

    private static JsonElement? Field(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

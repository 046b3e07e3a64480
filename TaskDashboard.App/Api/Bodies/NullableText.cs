using System.Text.Json;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>Values of which null says something else than their absence.</summary>
internal static class NullableText
{
    /// <summary>The text; null where it is null; what was there before where it is absent.</summary>
    public static string? Read(string field, JsonElement value, string? present, FieldErrors errors)
    {
        if (value.ValueKind is JsonValueKind.Undefined) return present;
        if (value.ValueKind is JsonValueKind.Null) return null;
        if (JsonText.TryGet(value, out var text)) return text;
        errors.Add(field, $"{field} has to be a text, or null for none.");
        return present;
    }

    /// <summary>As <see cref="Read"/>, for whole numbers.</summary>
    public static long? ReadNumber(string field, JsonElement value, long? present, FieldErrors errors)
    {
        if (value.ValueKind is JsonValueKind.Undefined) return present;
        if (value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number)) return number;
        errors.Add(field, $"{field} has to be a whole number, or null for none.");
        return present;
    }

    /// <summary>As <see cref="Read"/>, for what is true or false.</summary>
    public static bool? ReadFlag(string field, JsonElement value, bool? present, FieldErrors errors)
    {
        if (value.ValueKind is JsonValueKind.Undefined) return present;
        if (value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        errors.Add(field, $"{field} has to be true or false, or null for neither.");
        return present;
    }
}

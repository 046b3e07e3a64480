using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>The text of a JSON string that came in.</summary>
internal static class JsonText
{
    /// <summary>
    /// False for what is not a string, or not valid Unicode: the parser lets half a surrogate pair or a byte that is no UTF-8 through, and says
    /// so only when the text is asked for.
    /// </summary>
    public static bool TryGet(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString();
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return text is not null;
    }

    /// <summary>False when a text or a name anywhere in it is not valid Unicode, or an object has two values of one name: nobody could say later what was meant.</summary>
    public static bool IsWhole(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TryGet(value, out _),
        JsonValueKind.Array => value.EnumerateArray().All(IsWhole),
        JsonValueKind.Object => HasWholeNames(value) && value.EnumerateObject().All(property => IsWhole(property.Value)),
        _ => true,
    };

    private static bool HasWholeNames(JsonElement value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            return value.EnumerateObject().All(property => names.Add(property.Name));
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

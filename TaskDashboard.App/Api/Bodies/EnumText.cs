using System.Text.Json;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>Reads the words that stand for the members of an enumeration, in lower case with underscores.</summary>
internal static class EnumText
{
    /// <summary>The member; null, with the field and all words there are among the errors, when it is none.</summary>
    public static TEnum? Read<TEnum>(string field, string? text, FieldErrors errors)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (WordFor(value) == text) return value;
        }

        errors.Add(field, $"{field} has to be one of {string.Join(", ", Enum.GetValues<TEnum>().Select(WordFor))}.");
        return null;
    }

    private static string WordFor<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

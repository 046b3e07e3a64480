using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.ViewModels.Agents;

/// <summary>How fields of a form stand for what they mean.</summary>
internal static class DraftText
{
    public static string Lines(IReadOnlyList<string>? texts) => texts is null ? "" : string.Join('\n', texts);

    public static List<string> List(string lines) => [.. lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>As the browser's number fields take it, whatever the language.</summary>
    public static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    /// <summary>The word for a member of an enumeration on the wire.</summary>
    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>Reads the numbers of a form, and keeps what is none, by field.</summary>
internal sealed class DraftNumbers
{
    /// <summary>Fields with something in them that is no number.</summary>
    public List<string> Wrong { get; } = [];

    public long? Whole(string field, string text, long most)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number <= most && number >= -most) return number;
        Wrong.Add(field);
        return null;
    }

    public decimal? Fraction(string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)) return number;
        Wrong.Add(field);
        return null;
    }
}

using System.Text;

namespace TaskDashboard.Core.Templates;

/// <summary>A piece of a text with places.</summary>
/// <param name="Text">What stands there: as it is to be read, or the place as it was written.</param>
/// <param name="Name">The parameter whose place it is; null for plain text, empty for a place that names none.</param>
internal readonly record struct TemplatePart(string Text, string? Name)
{
    public bool IsBroken => Name is { Length: 0 };
}

/// <summary>
/// Reads texts with places: <c>{{name}}</c>, with white space inside if one likes. In a run of braces each four stand for two that are meant as
/// they are; a single one is itself.
/// </summary>
internal static class TemplateText
{
    public const int MaxNameLength = 64;

    /// <summary>How far the end of a place is looked for: a text full of open braces must not be read over and over.</summary>
    private const int MaxPlace = 100;

    private const int MaxShown = 24;

    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxNameLength) return false;
        foreach (var character in name)
        {
            if (!char.IsLetterOrDigit(character) && character != '_') return false;
        }

        return true;
    }

    public static IReadOnlyList<TemplatePart> Parse(string text)
    {
        var parts = new List<TemplatePart>();
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            plain.Append(text, at, (open < 0 ? text.Length : open) - at);
            if (open < 0) break;

            for (at = open; at < text.Length && text[at] == '{';) at++;
            var braces = at - open;
            plain.Append('{', braces / 4 * 2);
            if (braces % 2 == 1) plain.Append('{');
            if (braces % 4 < 2) continue;

            var close = text.IndexOf("}}", at, Math.Min(MaxPlace, text.Length - at), StringComparison.Ordinal);
            var name = close < 0 ? "" : text[at..close].Trim();
            if (plain.Length > 0) parts.Add(new TemplatePart(plain.ToString(), null));
            plain.Clear();
            if (IsName(name))
            {
                parts.Add(new TemplatePart(text[(at - 2)..(close + 2)], name));
                at = close + 2;
            }
            else
            {
                parts.Add(new TemplatePart("{{", ""));
            }
        }

        if (plain.Length > 0) parts.Add(new TemplatePart(plain.ToString(), null));
        return parts;
    }

    /// <summary>What stands behind each place that names nothing, as far as it helps to find it.</summary>
    public static IEnumerable<string> BrokenPlaces(IReadOnlyList<TemplatePart> parts) =>
        parts.Select((part, index) => (part, Behind: index + 1 < parts.Count ? parts[index + 1].Text : ""))
            .Where(found => found.part.IsBroken)
            .Select(found => "{{" + (found.Behind.Length > MaxShown ? $"{found.Behind[..MaxShown]}…" : found.Behind).ReplaceLineEndings(" "));

    /// <summary>The text as it has to be written to be read as it is; but the places of these parameters stay places.</summary>
    public static string Escape(string text, IReadOnlyCollection<string> kept)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var written = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            written.Append(text, at, (open < 0 ? text.Length : open) - at);
            if (open < 0) break;
            at = open + 2;
            var close = text.IndexOf("}}", at, Math.Min(MaxPlace, text.Length - at), StringComparison.Ordinal);
            if (close >= 0 && kept.Contains(text[at..close].Trim()))
            {
                written.Append(text, open, close + 2 - open);
                at = close + 2;
            }
            else
            {
                written.Append("{{{{");
            }
        }

        return written.ToString();
    }
}

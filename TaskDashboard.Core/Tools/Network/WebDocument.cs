using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>What was behind an address.</summary>
/// <param name="Address">Where it was in the end, behind all redirects.</param>
/// <param name="Type">Its media type in small letters; null when the server did not say.</param>
/// <param name="CharSet">The character set that the server named; null for none.</param>
/// <param name="Content">Its bytes, up to the bound.</param>
/// <param name="IsWhole">Whether that is all of it.</param>
internal sealed partial record WebDocument(Uri Address, string? Type, string? CharSet, ReadOnlyMemory<byte> Content, bool IsWhole)
{
    internal const int MaxTextBytes = 64 * 1024;

    private const int MetaBytes = 2 * 1024;

    /// <summary>Whether a media type can be text. One that says nothing is looked at.</summary>
    public static bool MayBeText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/javascript" or "application/ecmascript" or "application/x-javascript" or "application/yaml"
            or "application/x-yaml" or "application/toml" or "application/sql" or "application/x-sh" or "application/x-ndjson" or "application/ndjson" or "application/graphql"
            or "application/octet-stream" or "application/x-www-form-urlencoded";

    /// <summary>As the model reads it: where it comes from, what it is, then the text.</summary>
    public string ToText()
    {
        var isPage = Type is "text/html" or "application/xhtml+xml" || (Type is null && Beginning().TrimStart().StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase));
        var text = Decode(isPage);
        if (isPage) text = HtmlText.Of(text, Address);
        var size = IsWhole ? ByteSize.Text(Content.Length) : $"more than {ByteSize.Text(Content.Length)}";
        var notes = IsWhole ? "" : $"\n[Only the first {ByteSize.Text(Content.Length)} were read.]";
        var cut = Cut(text);
        if (cut < text.Length) notes = $"\n[Cut at {ByteSize.Text(MaxTextBytes)}; the text has {Encoding.UTF8.GetByteCount(text).ToString("N0", CultureInfo.InvariantCulture)} bytes.]{notes}";
        return $"{Address} ({Type ?? "text"}, {size})\n\n{(text.Length == 0 ? "[There is no text in it.]" : text[..cut])}{notes}";
    }

    private string Decode(bool isPage)
    {
        // A page whose own words could be read one byte a character is in no wide encoding, whatever they say.
        var named = CharSet?.Trim('"', '\'')
            ?? (isPage && Meta().Match(Beginning()) is { Success: true } meta && !meta.Groups["name"].ValueSpan.StartsWith("utf-", StringComparison.OrdinalIgnoreCase) ? meta.Groups["name"].Value : null);
        using var reader = new StreamReader(new MemoryStream(Content.ToArray()), Find(named) ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private string Beginning() => Encoding.Latin1.GetString(Content.Span[..Math.Min(Content.Length, MetaBytes)]);

    private static Encoding? Find(string? name)
    {
        if (string.IsNullOrEmpty(name)) return null;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            // A name that nobody knows, or one that is not read any more (UTF-7): most pages are UTF-8.
            return null;
        }
    }

    /// <summary>How many characters fit into the bound, with no character cut in half.</summary>
    private static int Cut(string text)
    {
        if (text.Length * 3L <= MaxTextBytes || Encoding.UTF8.GetByteCount(text) <= MaxTextBytes) return text.Length;
        var (bytes, end) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MaxTextBytes) break;
            bytes += rune.Utf8SequenceLength;
            end += rune.Utf16SequenceLength;
        }

        return end;
    }

    [GeneratedRegex(@"<meta[^>]{0,200}?charset\s*=\s*[""']?\s*(?<name>[\w.:-]{1,40})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Meta();
}

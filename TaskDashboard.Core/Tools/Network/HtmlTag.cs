using System.Buffers;
using System.Net;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>One tag of a page, as far as reading it as text needs it.</summary>
/// <param name="name">In small letters; empty where it is longer than any name that means something.</param>
/// <param name="isEnd">Whether it ends an element.</param>
/// <param name="attributes">What stands between the name and the end.</param>
internal readonly ref struct HtmlTag(string name, bool isEnd, ReadOnlySpan<char> attributes)
{
    private const int MaxName = 20;

    private static readonly SearchValues<char> EndsName = SearchValues.Create(" \t\r\n\f/>");
    private static readonly SearchValues<char> EndsAttribute = SearchValues.Create(" \t\r\n\f/=");

    public string Name { get; } = name;

    public bool IsEnd { get; } = isEnd;

    public ReadOnlySpan<char> Attributes { get; } = attributes;

    /// <summary>Reads the tag at a "&lt;".</summary>
    /// <param name="html">The page.</param>
    /// <param name="at">Where the "&lt;" is.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="end">Where the text goes on.</param>
    /// <returns>False when it is no tag but a comment, a declaration, or the character itself; then <paramref name="end"/> is <paramref name="at"/>.</returns>
    public static bool TryRead(ReadOnlySpan<char> html, int at, out HtmlTag tag, out int end)
    {
        tag = default;
        var rest = html[(at + 1)..];
        if (rest.StartsWith("!--"))
        {
            end = Behind(html, at + 2, "-->");
            return false;
        }

        if (rest.Length > 0 && rest[0] is '!' or '?')
        {
            end = Behind(html, at + 2, ">");
            return false;
        }

        var isEnd = rest.Length > 0 && rest[0] == '/';
        if (isEnd) rest = rest[1..];
        if (rest.Length == 0 || !char.IsAsciiLetter(rest[0]))
        {
            end = at;
            return false;
        }

        var length = rest.IndexOfAny(EndsName);
        var name = length < 0 ? rest : rest[..length];
        var attributes = rest[name.Length..];
        var close = Close(attributes);
        end = html.Length - attributes.Length + Math.Min(close + 1, attributes.Length);
        tag = new HtmlTag(name.Length > MaxName ? "" : name.ToString().ToLowerInvariant(), isEnd, attributes[..close]);
        return true;
    }

    /// <summary>The value of an attribute; null when it is missing.</summary>
    public string? Attribute(string name)
    {
        for (var rest = Attributes; ;)
        {
            rest = rest.TrimStart(" \t\r\n\f/");
            if (rest.Length == 0) return null;
            var length = rest[1..].IndexOfAny(EndsAttribute) is var at and >= 0 ? at + 1 : rest.Length;
            var found = rest[..length].Equals(name, StringComparison.OrdinalIgnoreCase);
            rest = rest[length..].TrimStart(" \t\r\n\f");
            var value = ReadOnlySpan<char>.Empty;
            if (rest.StartsWith("=")) rest = Value(rest[1..].TrimStart(" \t\r\n\f"), out value);
            if (found) return WebUtility.HtmlDecode(value.ToString());
        }
    }

    private static ReadOnlySpan<char> Value(ReadOnlySpan<char> text, out ReadOnlySpan<char> value)
    {
        if (text.Length > 0 && text[0] is '"' or '\'')
        {
            var end = text[1..].IndexOf(text[0]);
            value = end < 0 ? text[1..] : text.Slice(1, end);
            return end < 0 ? [] : text[(end + 2)..];
        }

        var length = text.IndexOfAny(" \t\r\n\f");
        value = length < 0 ? text : text[..length];
        return text[value.Length..];
    }

    /// <summary>Where the "&gt;" is that ends the tag: not one inside of quotes behind a "=". A tag without an end goes to the end of the page.</summary>
    private static int Close(ReadOnlySpan<char> attributes)
    {
        var quote = '\0';
        var mayQuote = false;
        for (var index = 0; index < attributes.Length; index++)
        {
            var character = attributes[index];
            if (quote != '\0')
            {
                if (character == quote) quote = '\0';
            }
            else if (character == '>')
            {
                return index;
            }
            else if (mayQuote && character is '"' or '\'')
            {
                quote = character;
            }

            if (quote != '\0' || !char.IsWhiteSpace(character)) mayQuote = character == '=';
        }

        return attributes.Length;
    }

    private static int Behind(ReadOnlySpan<char> html, int from, string mark)
    {
        var start = Math.Min(from, html.Length);
        var at = html[start..].IndexOf(mark);
        return at < 0 ? html.Length : start + at + mark.Length;
    }
}

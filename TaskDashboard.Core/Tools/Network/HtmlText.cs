using System.Collections.Frozen;
using System.Net;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>
/// A page as text that can be read: headings, lists, links and tables in the manner of markdown, without scripts, styles and pictures. Reads from
/// front to back once, so that a page that was made to hurt costs no more than another of its size; a tree as browsers build it would.
/// </summary>
internal static class HtmlText
{
    private static readonly FrozenSet<string> Skipped = FrozenSet.Create(StringComparer.Ordinal, "script", "style", "svg", "template", "iframe", "noembed", "noframes", "canvas", "audio", "video", "object");

    private static readonly FrozenSet<string> Paragraphs = FrozenSet.Create(
        StringComparer.Ordinal, "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "table", "section", "article", "header", "footer", "main", "nav", "aside", "form", "figure", "hr", "details");

    private static readonly FrozenSet<string> Lines = FrozenSet.Create(
        StringComparer.Ordinal, "div", "li", "tr", "br", "dt", "dd", "option", "address", "summary", "figcaption", "caption", "legend", "fieldset", "body", "thead", "tbody");

    /// <param name="html">The page.</param>
    /// <param name="address">Where it is; what its links are relative to.</param>
    public static string Of(string html, Uri address)
    {
        var page = new HtmlPage(address);
        for (var at = 0; at < html.Length && !page.IsFull;)
        {
            var next = html.IndexOf('<', at);
            if (next < 0) next = html.Length;
            if (next > at) page.Text(WebUtility.HtmlDecode(html[at..next]));
            at = next;
            if (at == html.Length) break;
            if (!HtmlTag.TryRead(html, at, out var tag, out var end))
            {
                // A lone "<" is a character like any other.
                if (end == at) page.Text("<");
                at = Math.Max(end, at + 1);
                continue;
            }

            at = end;
            if (!tag.IsEnd && (Skipped.Contains(tag.Name) || tag.Name == "title"))
            {
                var content = Content(html, tag.Name, ref at);
                if (tag.Name == "title") page.Title(WebUtility.HtmlDecode(content.ToString()));
                continue;
            }

            Apply(page, tag);
        }

        return page.ToString();
    }

    private static void Apply(HtmlPage page, HtmlTag tag)
    {
        if (Paragraphs.Contains(tag.Name)) page.Break(2);
        else if (Lines.Contains(tag.Name)) page.Break(1);
        switch (tag.Name)
        {
            case ['h', >= '1' and <= '6'] when !tag.IsEnd: page.Begin(new string('#', tag.Name[1] - '0') + " "); break;
            case "li" when !tag.IsEnd: page.Begin("- "); break;
            case "td" or "th" when tag.IsEnd: page.Cell(); break;
            case "pre": page.IsPlain = !tag.IsEnd; break;
            case "base" when !tag.IsEnd && tag.Attribute("href") is { } root: page.SetBase(root); break;
            case "img" when tag.Attribute("alt") is { } alt && !string.IsNullOrWhiteSpace(alt): page.Text($" [image: {alt.Trim()}] "); break;
            case "a" when tag.IsEnd: page.EndLink(); break;
            case "a" when tag.Attribute("href") is { } target: page.BeginLink(target); break;
        }
    }

    /// <summary>What is inside of an element that holds text only, and where the page goes on behind it.</summary>
    private static ReadOnlySpan<char> Content(string html, string name, ref int at)
    {
        var start = at;
        var end = html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            at = html.Length;
            return html.AsSpan(start);
        }

        var close = html.IndexOf('>', end);
        at = close < 0 ? html.Length : close + 1;
        return html.AsSpan(start, end - start);
    }
}

using System.Xml;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>A node of a piece of HTML: an element with attributes and children, or a stretch of text.</summary>
/// <param name="Element">The element's name; null for text.</param>
/// <param name="Text">The text; null for an element.</param>
public sealed record MarkupNode(string? Element, string? Text)
{
    /// <summary>Text is cut at the first white space from here on, so that a text that grows has pieces that stay and a short one that changes.</summary>
    internal const int StretchLength = 200;

    /// <summary>Where there is no white space, it is cut here.</summary>
    internal const int MostLength = 400;

    private static readonly XmlReaderSettings Settings = new() { ConformanceLevel = ConformanceLevel.Fragment, CheckCharacters = false, DtdProcessing = DtdProcessing.Prohibit };

    public IReadOnlyList<KeyValuePair<string, object>> Attributes { get; private init; } = [];

    public IReadOnlyList<MarkupNode> Children { get; private init; } = [];

    /// <summary>The nodes of HTML that closes every element that it opens, as <see cref="SafeMarkdown"/> writes it; null where it does not.</summary>
    public static IReadOnlyList<MarkupNode>? Parse(string html)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(html), Settings);
            return ReadNodes(reader);
        }
        catch (XmlException)
        {
            // Half of a character that comes in two pieces, for one: its other half is on its way.
            return null;
        }
    }

    private static List<MarkupNode> ReadNodes(XmlReader reader)
    {
        var nodes = new List<MarkupNode>();
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element) nodes.Add(ReadElement(reader));
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace) nodes.AddRange(Cut(reader.Value).Select(text => new MarkupNode(null, text)));
        }

        return nodes;
    }

    private static MarkupNode ReadElement(XmlReader reader)
    {
        var (name, isEmpty) = (reader.Name, reader.IsEmptyElement);
        var attributes = new List<KeyValuePair<string, object>>(reader.AttributeCount);
        while (reader.MoveToNextAttribute()) attributes.Add(new(reader.Name, reader.Value));
        return new MarkupNode(name, null) { Attributes = attributes, Children = isEmpty ? [] : ReadNodes(reader) };
    }

    /// <summary>The pieces of a text; those of a longer text begin with the same ones, but for the last.</summary>
    internal static IEnumerable<string> Cut(string text)
    {
        var start = 0;
        while (text.Length - start > StretchLength)
        {
            var space = text.AsSpan(start + StretchLength, Math.Min(MostLength, text.Length - start) - StretchLength).IndexOfAny(' ', '\n');
            if (space < 0 && text.Length - start < MostLength) break;
            var length = space < 0 ? MostLength : StretchLength + space + 1;
            if (char.IsHighSurrogate(text[start + length - 1])) length--;
            yield return text.Substring(start, length);
            start += length;
        }

        if (start < text.Length) yield return text[start..];
    }
}

using System.Text;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>The text of a page as it grows. White space and what begins a line are held back until text follows, so that nothing empty is left standing.</summary>
internal sealed class HtmlPage
{
    /// <summary>More than anybody is shown.</summary>
    private const int MaxLength = 512 * 1024;

    private const int MaxTarget = 1_000;

    private readonly StringBuilder text = new();
    private Uri root;
    private string? title;
    private string begin = "";
    private string? target;
    private bool isLinkOpen;
    private int breaks;
    private bool space;
    private bool cell;

    /// <param name="address">What links are relative to.</param>
    public HtmlPage(Uri address) => root = address;

    /// <summary>Whether there is room for no more.</summary>
    public bool IsFull => text.Length > MaxLength;

    /// <summary>Whether white space is kept as it is.</summary>
    public bool IsPlain { get; set; }

    public void Title(string text)
    {
        if (title is null && !string.IsNullOrWhiteSpace(text)) title = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Ends the line (1) or the paragraph (2) in front of the next text.</summary>
    public void Break(int lines)
    {
        breaks = Math.Max(breaks, lines);
        (space, cell, begin) = (false, false, "");
    }

    /// <summary>Puts something in front of the next text.</summary>
    public void Begin(string mark) => begin = mark;

    /// <summary>Ends a cell of a table.</summary>
    public void Cell() => cell = true;

    public void SetBase(string href)
    {
        if (Uri.TryCreate(root, href, out var found) && found.Scheme is "http" or "https") root = found;
    }

    public void BeginLink(string href)
    {
        EndLink();
        // A jump within the page leads nowhere from here, and a script or a mail program is no page.
        var goesOn = !href.StartsWith('#') && href.Length <= MaxTarget;
        target = goesOn && Uri.TryCreate(root, href.Trim(), out var found) && found.Scheme is "http" or "https" && found.AbsoluteUri.Length <= MaxTarget ? found.AbsoluteUri : null;
    }

    public void EndLink()
    {
        if (isLinkOpen) text.Append("](").Append(target).Append(')');
        (isLinkOpen, target) = (false, null);
    }

    public void Text(string piece)
    {
        if (IsPlain)
        {
            AppendPlain(piece);
            return;
        }

        for (var at = 0; at < piece.Length;)
        {
            var end = at;
            while (end < piece.Length && !char.IsWhiteSpace(piece[end])) end++;
            if (end > at)
            {
                Flush();
                text.Append(piece, at, end - at);
            }

            space = space || end < piece.Length;
            for (at = end; at < piece.Length && char.IsWhiteSpace(piece[at]);) at++;
        }
    }

    public override string ToString()
    {
        EndLink();
        var body = text.ToString().Trim();
        if (title is null) return body;
        return body.Length == 0 ? $"# {title}" : body.StartsWith($"# {title}\n", StringComparison.Ordinal) ? body : $"# {title}\n\n{body}";
    }

    private void AppendPlain(string piece)
    {
        var lines = piece.Replace("\r\n", "\n", StringComparison.Ordinal);
        // By the rules of pages a line end right behind the tag does not count.
        if (breaks > 0) lines = lines.StartsWith('\n') ? lines[1..] : lines;
        if (lines.Length == 0) return;
        Flush();
        text.Append(lines);
    }

    private void Flush()
    {
        if (text.Length > 0 && breaks > 0) text.Append('\n', breaks);
        else if (text.Length > 0 && cell) text.Append(" | ");
        else if (text.Length > 0 && space) text.Append(' ');
        text.Append(begin);
        if (target is not null && !isLinkOpen)
        {
            text.Append('[');
            isLinkOpen = true;
        }

        (breaks, space, cell, begin) = (0, false, false, "");
    }
}

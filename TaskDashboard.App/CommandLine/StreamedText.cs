namespace TaskDashboard.App.CommandLine;

/// <summary>
/// The message that streams in. Whole lines are printed for good; the one that still grows stands above the line of progress. What was printed is held
/// against the whole message when that comes, which alone counts.
/// </summary>
internal sealed class StreamedText(Screen screen, ProgressLine progress)
{
    /// <summary>What was printed of messages between which another one has come; their whole is still to come.</summary>
    private readonly Dictionary<string, string> interrupted = new(StringComparer.Ordinal);
    private string id = "";
    private string text = "";
    private string tail = "";
    private bool isThought;
    private bool begun;

    /// <summary>A piece at its place in the message. One that was there before adds nothing; one behind a hole waits for the whole message.</summary>
    public void Add(string messageId, int offset, string piece, bool thought)
    {
        if (!screen.IsRich) return;
        if (messageId != id) Begin(messageId, thought);
        if (offset > text.Length || offset + piece.Length <= text.Length) return;
        Append(piece[(text.Length - offset)..]);
    }

    /// <summary>The message is whole: prints what is missing of it; all of it where something else was streamed.</summary>
    public void Complete(string messageId, string whole, bool thought)
    {
        if (messageId != id) Begin(messageId, thought);
        if (!whole.StartsWith(text, StringComparison.Ordinal))
        {
            PrintTail();
            (text, begun) = ("", false);
        }

        if (whole.Length > text.Length) Append(whole[text.Length..]);
        Finish();
        interrupted.Remove(messageId);
    }

    /// <summary>Prints what stands there unfinished.</summary>
    public void Finish()
    {
        PrintTail();
        if (text.Length > 0) interrupted[id] = text;
        (id, text, begun) = ("", "", false);
    }

    private void Begin(string messageId, bool thought)
    {
        Finish();
        (id, isThought, text) = (messageId, thought, interrupted.GetValueOrDefault(messageId, ""));
        begun = text.Length > 0;
    }

    private void PrintTail()
    {
        progress.Above = null;
        if (tail.Length > 0) PrintLine(tail);
        tail = "";
    }

    private void Append(string piece)
    {
        text += piece;
        var lines = (tail + SafeText.WithoutTabs(SafeText.Of(piece))).Split('\n');

        // What is printed for good is not to stand below as well.
        if (lines.Length > 1 || Cells.Wrap(lines[0], screen.Width - 1) is not null) progress.Above = null;
        foreach (var line in lines[..^1]) PrintWrapped(line, keep: false);
        PrintWrapped(lines[^1], keep: true);
        progress.Above = tail.Length == 0 ? default(Piece?) : Shown(tail);
    }

    /// <summary>Prints lines as wide as the terminal; with <paramref name="keep"/> the last one goes on growing.</summary>
    private void PrintWrapped(string line, bool keep)
    {
        while (screen.IsRich && Cells.Wrap(line, screen.Width - 1) is var (first, rest))
        {
            PrintLine(first);
            line = rest;
        }

        tail = keep ? line : "";
        if (!keep) PrintLine(line);
    }

    private void PrintLine(string line)
    {
        if (!begun && !isThought) screen.Line();
        begun = true;
        screen.Line(Shown(line));
    }

    private Piece Shown(string line) => !isThought ? line : new Piece(screen.IsRich ? line : $"~ {line}", Looks.Thought);
}

using System.Globalization;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>One replacement in a text: of what occurs exactly once, or of every occurrence when that is asked for.</summary>
/// <param name="OldText">What is replaced, exactly as in the text but for line ends.</param>
/// <param name="NewText">What comes in its place.</param>
/// <param name="ReplaceAll">Whether more than one occurrence is meant.</param>
internal sealed record TextEdit(string OldText, string NewText, bool ReplaceAll)
{
    private const int MostLines = 10;

    /// <exception cref="ToolException">It would do nothing, whatever the text is.</exception>
    public void Check()
    {
        if (OldText.Length == 0) throw new ToolException("old_text is empty. Give the text to replace, or use write_file to write a whole file.");
        if (OldText == NewText) throw new ToolException("old_text and new_text are the same: nothing would change.");
    }

    /// <exception cref="ToolException">The old text does not occur, or occurs more often than allowed.</exception>
    public AppliedEdit Apply(WorkPath path, string content)
    {
        var text = new LineEndedText(content);
        var found = text.Find(OldText);
        if (found.Count == 0) throw new ToolException(NotFound(path, text));
        if (found.Count > 1 && !ReplaceAll)
            throw new ToolException($"old_text occurs {found.Count} times in \"{path.Shown}\" (lines {Lines(text, found)}). Give more of the text around the one you mean, or set replace_all.");
        return new AppliedEdit(text.Replace(found, NewText), found.Count, Lines(text, found));
    }

    private string NotFound(WorkPath path, LineEndedText text)
    {
        var trimmed = OldText.Trim();
        var hint = trimmed.Length > 0 && trimmed.Length < OldText.Length && text.Find(trimmed).Count > 0
            ? "Without the white space at its ends it does occur: look at the indentation and line ends."
            : "Read the file again and copy the text exactly, without line numbers.";
        return $"old_text occurs 0 times in \"{path.Shown}\". {hint}";
    }

    private static string Lines(LineEndedText text, IReadOnlyList<Range> found) =>
        string.Join(", ", found.Take(MostLines).Select(place => text.LineOf(place).ToString(CultureInfo.InvariantCulture))) + (found.Count > MostLines ? ", …" : "");
}

/// <summary>What an edit made of a text.</summary>
/// <param name="Text">The text with it.</param>
/// <param name="Count">How many places it replaced.</param>
/// <param name="Lines">The lines that those began in, in words.</param>
internal sealed record AppliedEdit(string Text, int Count, string Lines);

using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>The lines of a diff that go out, up to the bound; changed lines beyond it are counted.</summary>
/// <param name="showsLineEndAtEnd">Whether it is to be seen which side ends without a line end.</param>
internal sealed class DiffPage(bool showsLineEndAtEnd)
{
    private const int MaxShownOfLine = 1_000;
    private const string NoLineEnd = "\\ No newline at end of file";

    private readonly StringBuilder text = new();
    private readonly List<string> notes = [];
    private int lines;
    private int bytes;
    private int left;
    private bool isFull;

    public void Line(char mark, string content)
    {
        var plain = content.EndsWith('\n') ? content.AsSpan(0, content.Length - 1) : content;
        var shown = plain.Length <= MaxShownOfLine ? plain.Length : char.IsHighSurrogate(plain[MaxShownOfLine - 1]) ? MaxShownOfLine - 1 : MaxShownOfLine;
        if (!Line($"{mark}{plain[..shown]}{(shown < plain.Length ? "…" : "")}") && mark != ' ') left++;
        else if (showsLineEndAtEnd && mark != ' ' && !content.EndsWith('\n')) Line(NoLineEnd);
    }

    /// <summary>False when it does not fit any more.</summary>
    public bool Line(string line)
    {
        var size = Encoding.UTF8.GetByteCount(line) + 1;
        isFull = isFull || lines == FileDiff.MaxLines || bytes + size > FileDiff.MaxBytes;
        if (isFull) return false;
        text.Append(line).Append('\n');
        lines++;
        bytes += size;
        return true;
    }

    public void Note(string note) => notes.Add(note);

    public override string ToString()
    {
        if (left > 0) notes.Insert(0, string.Create(CultureInfo.InvariantCulture, $"… {left:N0} more changed {(left == 1 ? "line" : "lines")}"));
        return text.Append(string.Join('\n', notes)).ToString().TrimEnd('\n');
    }
}

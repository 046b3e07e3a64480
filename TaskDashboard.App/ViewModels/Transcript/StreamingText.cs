using System.Text;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Text that arrives in pieces, each with its offset in UTF-16 units. A piece that is there already changes nothing, one that overlaps
/// adds its rest, and one from offset 0 that is longer than what is there replaces it: that is the text so far, as a late viewer gets it.
/// </summary>
public sealed class StreamingText
{
    private readonly StringBuilder builder = new();
    private string? whole;

    /// <summary>More may come.</summary>
    public bool IsOpen { get; private set; } = true;

    public int Length => builder.Length;

    /// <summary>Takes a piece in; false when nothing changed. A piece behind a hole is left out: the text so far or the final text fills it.</summary>
    internal bool Add(int offset, string piece)
    {
        if (!IsOpen) return false;

        if (offset == 0 && piece.Length > builder.Length)
        {
            builder.Clear().Append(piece);
            whole = null;
            return true;
        }

        if (offset > builder.Length || offset + piece.Length <= builder.Length) return false;

        builder.Append(piece, builder.Length - offset, offset + piece.Length - builder.Length);
        whole = null;
        return true;
    }

    /// <summary>The final text, authoritative over every piece.</summary>
    internal void Close(string text)
    {
        builder.Clear().Append(text);
        whole = text;
        IsOpen = false;
    }

    public override string ToString() => whole ??= builder.ToString();
}

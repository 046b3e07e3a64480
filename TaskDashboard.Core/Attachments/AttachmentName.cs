using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Attachments;

/// <summary>Names of attachments, as people and models see them. They never lead to a place on the disk, and must not look as if they did.</summary>
internal static class AttachmentName
{
    private const int MaxLength = 255;

    /// <summary>The last part of what was sent as a name, without what cannot be seen.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="name">The name.</param>
    /// <returns>Null when it is a name; otherwise what is wrong with it.</returns>
    public static string? Read(string? sent, out string name)
    {
        // Some browsers send where the file was on their machine; only its own name is anybody's business.
        var whole = sent ?? "";
        name = Visible(whole[(whole.LastIndexOfAny(['/', '\\']) + 1)..]).Trim();
        if (whole.Trim().Length == 0) return "The name is missing: say what the file is called.";
        if (name.Trim('.', ' ').Length == 0) return "The name has to be that of a file, such as notes.txt.";
        return name.Length > MaxLength ? $"The name is longer than {MaxLength} characters." : null;
    }

    /// <summary>Without control characters and those that turn the reading direction round, by which <c>gpj.exe</c> is made to look like <c>exe.jpg</c>.</summary>
    private static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) continue;
            visible.Append(rune.ToString());
        }

        return visible.ToString();
    }
}

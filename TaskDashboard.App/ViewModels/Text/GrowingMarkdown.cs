namespace TaskDashboard.App.ViewModels.Text;

/// <summary>
/// Markdown of a text that grows: what cannot change any more is not read again, so that a piece costs the same at the end of a long text as at its
/// beginning. Another text is read whole. Not safe for threads.
/// </summary>
/// <param name="copyLabel">What the copy button of a code block says.</param>
public sealed class GrowingMarkdown(string copyLabel)
{
    private readonly List<string> settled = [];
    private string text = "";
    private int length;
    private IReadOnlyList<string> pieces = [];

    /// <summary>One piece of HTML for each block at the top level.</summary>
    /// <param name="markdown">The text so far.</param>
    /// <param name="isOpen">More may come. A text that is whole is read whole once: then links that are defined at its end are there too.</param>
    public IReadOnlyList<string> Render(string markdown, bool isOpen)
    {
        if (!isOpen || !markdown.StartsWith(text, StringComparison.Ordinal)) Forget();
        else if (markdown.Length == text.Length && pieces.Count > 0) return pieces;

        text = markdown;
        var rest = SafeMarkdown.Render(markdown[length..], copyLabel, out var more);
        pieces = [.. settled, .. rest];
        settled.AddRange(rest.Take(more.Pieces));
        length += more.Length;
        return pieces;
    }

    private void Forget()
    {
        settled.Clear();
        length = 0;
    }
}

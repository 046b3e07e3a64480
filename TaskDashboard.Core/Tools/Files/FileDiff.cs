using System.Globalization;
using DiffPlex;
using DiffPlex.Model;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// What a change did to a text: blocks of lines behind <c>@@ -a,b +c,d @@</c>, each line with a space (as before), a minus or a plus in front.
/// What is too much to show, or to compare, is said in a line that begins with "…". Line ends are not compared, but a change of them is said.
/// </summary>
internal static class FileDiff
{
    internal const int MaxLines = 200;
    internal const int MaxBytes = 16 * 1024;

    /// <summary>Comparing takes time by the square of what differs: this many lines on either side take a part of a second.</summary>
    internal const int MaxComparedLines = 2_000;

    internal const int ContextLines = 3;

    /// <summary>A sentence with the diff below it, an empty line between; the sentence alone when there is nothing to show.</summary>
    public static string Behind(string sentence, string before, string after) => Of(before, after) is { Length: > 0 } diff ? $"{sentence}\n\n{diff}" : sentence;

    /// <summary>The diff, without a line end at its end; empty when the texts are the same.</summary>
    public static string Of(string before, string after)
    {
        if (before == after) return "";
        var (old, @new) = (Plain(before), Plain(after));
        if (old == @new) return $"… only the line ends changed{LineEndsChanged(before, after)}";
        var part = DifferingPart.Of(old, @new);
        var page = new DiffPage(old.EndsWith('\n') != @new.EndsWith('\n') && old.Length > 0 && @new.Length > 0);
        if (part.IsTooLarge) page.Note(string.Create(CultureInfo.InvariantCulture, $"… too many lines changed to compare them: {part.OldLines:N0} before, {part.NewLines:N0} now"));
        else Compare(part, page);
        if (LineEndsChanged(before, after) is { Length: > 0 } change) page.Note($"… the line ends changed too{change}");
        return page.ToString();
    }

    private static void Compare(DifferingPart part, DiffPage page)
    {
        var result = new Differ().CreateCustomDiffs(part.Old, part.New, ignoreWhiteSpace: false, Split);
        for (var first = 0; first < result.DiffBlocks.Count;)
        {
            var last = first;
            while (last + 1 < result.DiffBlocks.Count && result.DiffBlocks[last + 1].DeleteStartA - EndInOld(result.DiffBlocks[last]) <= 2 * ContextLines) last++;
            Hunk(result, first, last, part.FirstLine, page);
            first = last + 1;
        }
    }

    private static void Hunk(DiffResult result, int first, int last, int firstLine, DiffPage page)
    {
        var blocks = result.DiffBlocks;
        var lead = Math.Min(ContextLines, blocks[first].DeleteStartA);
        var (oldStart, newStart) = (blocks[first].DeleteStartA - lead, blocks[first].InsertStartB - lead);
        var trail = Math.Min(ContextLines, result.PiecesOld.Length - EndInOld(blocks[last]));
        var oldCount = EndInOld(blocks[last]) + trail - oldStart;
        var newCount = blocks[last].InsertStartB + blocks[last].InsertCountB + trail - newStart;
        page.Line($"@@ -{Span(firstLine + oldStart, oldCount)} +{Span(firstLine + newStart, newCount)} @@");
        var at = oldStart;
        for (var index = first; index <= last; index++)
        {
            for (; at < blocks[index].DeleteStartA; at++) page.Line(' ', result.PiecesOld[at]);
            for (; at < EndInOld(blocks[index]); at++) page.Line('-', result.PiecesOld[at]);
            for (var added = 0; added < blocks[index].InsertCountB; added++) page.Line('+', result.PiecesNew[blocks[index].InsertStartB + added]);
        }

        for (; at < EndInOld(blocks[last]) + trail; at++) page.Line(' ', result.PiecesOld[at]);
    }

    private static int EndInOld(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    /// <summary>By convention an empty span names the line before it.</summary>
    private static string Span(int start, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start - 1 : start)},{count}");

    private static string LineEndsChanged(string before, string after) => (LineEnd(before), LineEnd(after)) switch
    {
        ("CRLF", "LF") => ": CRLF before, LF now",
        ("LF", "CRLF") => ": LF before, CRLF now",
        _ => "",
    };

    private static string? LineEnd(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "CRLF" : text.Contains('\n', StringComparison.Ordinal) ? "LF" : null;

    private static string Plain(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Lines with their line ends, so that a last one without differs from one with.</summary>
    private static string[] Split(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var at and >= 0 ? at + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}

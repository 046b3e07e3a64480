namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// The part of two texts in which they differ, in whole lines, with the context around it. Found without splitting what is the same, so that
/// a small change of a large file costs little.
/// </summary>
/// <param name="Old">The part as it was.</param>
/// <param name="New">The part as it is.</param>
/// <param name="FirstLine">Number of the line that it begins with, from 1.</param>
/// <param name="OldLines">How many lines it had.</param>
/// <param name="NewLines">How many lines it has.</param>
internal sealed record DifferingPart(string Old, string New, int FirstLine, int OldLines, int NewLines)
{
    // With one side empty there is nothing to compare, however much the other has.
    public bool IsTooLarge => OldLines > 0 && NewLines > 0 && Math.Max(OldLines, NewLines) > FileDiff.MaxComparedLines + 2 * FileDiff.ContextLines;

    public static DifferingPart Of(string old, string @new)
    {
        var same = old.AsSpan().CommonPrefixLength(@new);
        var start = LineStart(old, same);
        for (var line = 0; line < FileDiff.ContextLines && start > 0; line++) start = LineStart(old, start - 1);

        var most = Math.Min(old.Length, @new.Length) - same;
        var tail = 0;
        while (tail < most && old[^(tail + 1)] == @new[^(tail + 1)]) tail++;
        var (oldEnd, newEnd) = (old.Length - tail, @new.Length - tail);
        for (var line = 0; line <= FileDiff.ContextLines && oldEnd < old.Length; line++)
        {
            // What differs may end right behind a line end, which then is no part of the context.
            if (line == 0 && AtLineStart(old, oldEnd) && AtLineStart(@new, newEnd)) continue;
            var next = old.IndexOf('\n', oldEnd) is var at and >= 0 ? at + 1 : old.Length;
            newEnd += next - oldEnd;
            oldEnd = next;
        }

        return new DifferingPart(old[start..oldEnd], @new[start..newEnd], old.AsSpan(0, start).Count('\n') + 1, CountLines(old[start..oldEnd]), CountLines(@new[start..newEnd]));
    }

    private static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private static bool AtLineStart(string text, int at) => at == 0 || text[at - 1] == '\n';

    private static int CountLines(string text) => text.AsSpan().Count('\n') + (text.Length > 0 && text[^1] != '\n' ? 1 : 0);
}

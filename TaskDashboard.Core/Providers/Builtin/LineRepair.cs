namespace TaskDashboard.Core.Providers;

/// <summary>The change of one line that makes a failed test's expectation true, or why there is none.</summary>
/// <param name="OldText">What to replace: the whole line, with lines around it where it would not be the only one.</param>
/// <param name="NewText">What to put there.</param>
/// <param name="Problem">Why nothing can be derived, in a sentence; null when it can.</param>
internal sealed record LineRepair(string OldText, string NewText, string? Problem)
{
    /// <param name="failure">What is wrong.</param>
    /// <param name="path">The file as it was read.</param>
    /// <param name="content">Its whole text.</param>
    public static LineRepair Of(TestFailure failure, string path, string content)
    {
        var lines = content.Split('\n');
        if (failure.Line > lines.Length) return Impossible($"{path} has no line {failure.Line} that I could see.");
        var line = lines[failure.Line - 1];
        var places = Places(line, failure.Found);
        if (places.Count != 1)
        {
            return Impossible(places.Count == 0
                ? $"line {failure.Line} of {path} is `{line.Trim()}`, in which \"{failure.Found}\" does not occur."
                : $"\"{failure.Found}\" occurs {places.Count} times in line {failure.Line} of {path}, and I cannot tell which is meant.");
        }

        lines[failure.Line - 1] = string.Concat(line.AsSpan(0, places[0]), failure.Expected, line.AsSpan(places[0] + failure.Found.Length));
        var (first, last) = (failure.Line - 1, failure.Line - 1);
        var old = content.Split('\n');
        while (Occurs(content, Joined(old, first, last)) > 1)
        {
            if (first == 0 && last == lines.Length - 1) break;
            (first, last) = (Math.Max(0, first - 1), Math.Min(lines.Length - 1, last + 1));
        }

        return new LineRepair(Joined(old, first, last), Joined(lines, first, last), null);
    }

    private static LineRepair Impossible(string problem) => new("", "", problem);

    private static string Joined(string[] lines, int first, int last) => string.Join('\n', lines[first..(last + 1)]);

    /// <summary>Where a text stands by itself: the 1 of 10 is no 1.</summary>
    private static List<int> Places(string line, string text)
    {
        var places = new List<int>();
        for (int from = 0, at; text.Length > 0 && (at = line.IndexOf(text, from, StringComparison.Ordinal)) >= 0; from = at + 1)
        {
            var end = at + text.Length;
            var joinsBefore = at > 0 && IsWord(line[at - 1]) && IsWord(text[0]);
            var joinsBehind = end < line.Length && IsWord(line[end]) && IsWord(text[^1]);
            if (!joinsBefore && !joinsBehind) places.Add(at);
        }

        return places;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    private static int Occurs(string content, string text)
    {
        var count = 0;
        for (int from = 0, at; (at = content.IndexOf(text, from, StringComparison.Ordinal)) >= 0; from = at + Math.Max(1, text.Length)) count++;
        return count;
    }
}

namespace TaskDashboard.App.CommandLine;

/// <summary>What is said to a first word that is no noun: the one that was probably meant, or all of them.</summary>
internal static class UnknownNoun
{
    /// <param name="arguments">As they were given; the first is no noun.</param>
    /// <param name="nouns">Those that there are.</param>
    public static CommandFailure Refuse(IReadOnlyList<string> arguments, IReadOnlyList<string> nouns)
    {
        var word = GivenKey.HideIn(arguments[0]);
        string[] rest = [.. arguments.Skip(1).TakeWhile(argument => !argument.StartsWith('-')).Take(1).Select(GivenKey.HideIn)];
        var hint = Nearest(word, nouns) is { } near
            ? $"Did you mean: {string.Join(' ', [CommandLineProgram.Name, near, .. rest])}"
            : $"There are {string.Join(", ", nouns.SkipLast(1))} and {nouns[^1]}; \"{CommandLineProgram.Name} --help\" says what they do.";
        return CommandFailure.Usage($"There is no command \"{word}\". Nothing was started.", hint);
    }

    /// <summary>The noun that a word is a slip of; null where it is too far from all of them.</summary>
    public static string? Nearest(string word, IReadOnlyList<string> nouns)
    {
        var lower = word.ToLowerInvariant();
        var (near, edits) = nouns.Select(noun => (noun, Edits(lower, noun))).MinBy(pair => pair.Item2);

        // Half of a word is another word.
        return edits <= Math.Max(1, near.Length / 3) ? near : null;
    }

    /// <summary>How many letters have to be put in, left out, changed or swapped with their neighbour to make one of the other.</summary>
    private static int Edits(string one, string other)
    {
        var table = new int[one.Length + 1, other.Length + 1];
        for (var row = 0; row <= one.Length; row++) table[row, 0] = row;
        for (var column = 0; column <= other.Length; column++) table[0, column] = column;
        for (var row = 1; row <= one.Length; row++)
        {
            for (var column = 1; column <= other.Length; column++)
            {
                var change = table[row - 1, column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1);
                var least = Math.Min(change, Math.Min(table[row - 1, column], table[row, column - 1]) + 1);
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1]) least = Math.Min(least, table[row - 2, column - 2] + 1);
                table[row, column] = least;
            }
        }

        return table[one.Length, other.Length];
    }
}

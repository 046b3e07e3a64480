using System.Text;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>Takes a message apart into rounds: clauses that follow each other, and those that are to happen in parallel.</summary>
internal static partial class InstructionParser
{
    /// <summary>Longer messages are read up to here; an instruction is a sentence, and everything behind is somebody's text.</summary>
    private const int LongestMessage = 64 * 1024;

    /// <summary>Longer clauses are not looked through for "and": they are texts, and every "and" costs a look at what is around it.</summary>
    private const int LongestSplit = 500;

    private const int MostRounds = 200;

    public static IReadOnlyList<InstructionRound> Parse(string message)
    {
        var text = message.Length > LongestMessage ? message[..LongestMessage] : message;
        var rounds = new List<InstructionRound>();
        if (WholeFile().Match(text) is { Success: true } whole)
        {
            rounds.AddRange(Sequence(whole.Groups["before"].Value + "\n").Take(MostRounds));
            rounds.Add(new InstructionRound([new Instruction(InstructionKind.Write, Unfenced(whole.Groups["text"].Value), whole.Groups["path"].Value.Trim('`', '"'))]));
            return rounds;
        }

        rounds.AddRange(Sequence(text).Take(MostRounds));
        JoinReadings(rounds);
        return rounds;
    }

    /// <summary>"Read the file and summarise it" is one reading, and nobody wants the whole file before its summary.</summary>
    private static void JoinReadings(List<InstructionRound> rounds)
    {
        for (var index = rounds.Count - 2; index >= 0; index--)
        {
            if (rounds[index].Instructions is not [{ Kind: InstructionKind.ReadFile } read]) continue;
            if (rounds[index + 1].Instructions is not [{ Kind: InstructionKind.Summarise, Path: "" } summary]) continue;
            rounds[index] = new InstructionRound([summary with { Path = read.Path }]);
            rounds.RemoveAt(index + 1);
        }
    }

    /// <summary><c>write notes.md:</c> at the end of a line takes everything below it as the file's content.</summary>
    [GeneratedRegex(@"^(?<before>.*?)(^|[\s.;,])(please )?(write|create)( the| a)?( file)? (?<path>[^\s:]+)( with)?\s*[:：][ \t]*\r?\n(?<text>.+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WholeFile();

    [GeneratedRegex(@"^\s*([-*•]|\d+[.)、])\s+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"\s*(,\s*)?\b(all )?(in parallel|at the same time|simultaneously|concurrently)\b\s*[:,]?\s*|\s*(同时|并行)[：:,，]?\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parallel();

    /// <summary>Where one clause ends and the next begins. "and" is looked at closer by <see cref="SplitAnd"/>.</summary>
    [GeneratedRegex(@"\s*[\r\n]+\s*|(?<=[.!?])(?<!(^|\n)\s*\d{1,2}\.)\s+|\s*[;；。]\s*|\s*,?\s*\b(and\s+)?(then|after that|afterwards)\b,?\s+|\s*[，,]?\s*(然后|接着)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Break();

    [GeneratedRegex(@"\s*,\s*(and\s+)?|\s+and\s+|\s*[、，]\s*|\s*和\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex And();

    /// <summary>A verb and several files: "read a.md, b.md and c.md".</summary>
    [GeneratedRegex(@"^(?<verb>.*?\b(read|open|show|cat|summari[sz]e|count (words|lines) in|count|list files in))\s+(the files? )?(?<first>\S+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex VerbWithFile();

    private static IEnumerable<InstructionRound> Sequence(string text)
    {
        var quotes = new Quotes(text);
        foreach (var sentence in Break().Split(quotes.Masked))
        {
            var clause = Bullet().Replace(sentence, "").Trim();
            if (clause.Length == 0) continue;
            var inParallel = Parallel().IsMatch(clause);
            if (inParallel) clause = Parallel().Replace(clause, " ").Trim();
            var parts = clause.Length <= LongestSplit && InstructionGrammar.IsList(clause) ? [clause] : SplitAnd(clause);
            var instructions = parts.Select(part => InstructionGrammar.Read(quotes.Restore(part))).ToList();
            if (inParallel && instructions.Count > 1) yield return new InstructionRound(instructions);
            else foreach (var instruction in instructions) yield return new InstructionRound([instruction]);
        }
    }

    /// <summary>Parts a clause at "and" and commas, but only where what follows is an instruction of its own or another file of the same verb.</summary>
    private static List<string> SplitAnd(string clause)
    {
        var parts = new List<string>();
        var start = 0;
        foreach (var and in clause.Length > LongestSplit ? [] : And().Matches(clause).AsEnumerable())
        {
            if (and.Index < start) continue;
            var before = clause[start..and.Index].Trim();
            var rest = clause[(and.Index + and.Length)..];
            if (before.Length == 0 || !InstructionGrammar.IsInstruction(before)) continue;
            if (!BeginsInstruction(rest) && !TryRepeatVerb(before, ref rest)) continue;
            parts.Add(before);
            if (clause.EndsWith(rest, StringComparison.Ordinal)) start = and.Index + and.Length;
            else
            {
                parts.AddRange(SplitAnd(rest));
                return parts;
            }
        }

        parts.Add(clause[start..].Trim());
        return parts;
    }

    /// <summary>The rest may hold further instructions behind another "and": its beginning decides.</summary>
    private static bool BeginsInstruction(string rest)
    {
        if (InstructionGrammar.IsInstruction(rest)) return true;
        foreach (Match and in And().Matches(rest))
        {
            if (InstructionGrammar.IsInstruction(rest[..and.Index])) return true;
        }

        return false;
    }

    private static bool TryRepeatVerb(string before, ref string rest)
    {
        var file = And().Split(rest)[0].Trim();
        if (file.Length == 0 || file.Any(char.IsWhiteSpace) || !file.AsSpan().ContainsAny('.', '/')) return false;
        if (VerbWithFile().Match(before) is not { Success: true } verb) return false;
        rest = $"{verb.Groups["verb"].Value} {rest}";
        return true;
    }

    /// <summary>A fenced block counts as the text inside of it.</summary>
    private static string Unfenced(string text)
    {
        var trimmed = text.Trim('\r', '\n');
        if (!trimmed.StartsWith("```", StringComparison.Ordinal) || trimmed.IndexOf('\n', StringComparison.Ordinal) is var first && first < 0) return trimmed;
        var last = trimmed.LastIndexOf("\n```", StringComparison.Ordinal);
        return last > first ? trimmed[(first + 1)..(last + 1)] : trimmed[(first + 1)..];
    }

    /// <summary>Hides what stands between quotation marks from the splitting, by putting a placeholder of one word in its place.</summary>
    private sealed partial class Quotes
    {
        private readonly List<string> hidden = [];

        public Quotes(string text) => Masked = Quoted().Replace(text, match =>
        {
            hidden.Add(match.Value);
            return $"{Open}{hidden.Count - 1}{Close}";
        });

        private const char Open = '\uE000';
        private const char Close = '\uE001';

        public string Masked { get; }

        public string Restore(string part)
        {
            if (!part.Contains(Open, StringComparison.Ordinal)) return part;
            var result = new StringBuilder(part);
            for (var index = 0; index < hidden.Count; index++) result.Replace($"{Open}{index}{Close}", hidden[index]);
            return result.ToString();
        }

        // An apostrophe inside of a word is none of them.
        [GeneratedRegex("\"[^\"]*\"|“[^”]*”|`[^`]+`|(?<!\\w)'[^'\\n]*'(?!\\w)", RegexOptions.CultureInvariant)]
        private static partial Regex Quoted();
    }
}

using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// What means the same to ripgrep as it does here. Expressions are .NET's to the model, ripgrep's are Rust's, and where the two part it is not always by
/// an error: <c>[a&amp;&amp;b]</c> is an empty set there. Cautious: what is not known to be the same is not.
/// </summary>
/// <remarks>Rare characters remain on which the two do not agree, such as whether Ⓐ is a letter, and bytes that are no UTF-8, which no "." of ripgrep's matches.</remarks>
internal static partial class RipgrepSyntax
{
    /// <summary>Whether ripgrep finds every line that .NET finds with this expression. It may find more.</summary>
    public static bool Agrees(string expression) => SameExpression().IsMatch(expression);

    /// <summary>Whether ripgrep takes every path that <see cref="FileGlob"/> takes. It may take more.</summary>
    public static bool AgreesOnGlob(string glob) => SameGlob().IsMatch(glob);

    // Plain characters, escapes of the common classes and of punctuation, sets without brackets or doubled operators in them, counts, and groups
    // that name or look around for nothing. \A, \z and the like would mean the file here and the line there.
    [GeneratedRegex(
        """
        ^(
            [^\\\[\]{}()\n]
          | \\[dDwWsSbBt.*+?()\[\]{}|^$\\/\-]
          | \[ \^? ( (?!&&|--|~~) [^\\\[\]\n] | \\[dDwWsSt.*+?()\[\]{}|^$\\/\-] )+ \]
          | \{ \d{1,3} (,\d{0,3})? \}
          | \( ( \?: | \?i: | (?!\?) )
          | \)
          | \(\?i\)
        )+$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex SameExpression();

    // Whole folders by **, everything else within one name.
    [GeneratedRegex(@"^(\./)?(?!/)(\*\*/)*([\w.\- ]|\*(?!\*)|\?|\{[\w.\- *?]+(,[\w.\- *?]+)*\}|/(\*\*/)*(?!\*\*|/|$)|/\*\*$)+$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex SameGlob();
}

using System.Text;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// A pattern for file paths: <c>*</c> and <c>?</c> within one name, <c>**</c> across folders, <c>{a,b}</c> for either. One without
/// a slash looks at the file's name only, in any folder. Upper and lower case are the same.
/// </summary>
internal sealed class FileGlob
{
    private const int MaxLength = 500;

    private readonly Regex regex;
    private readonly bool nameOnly;

    /// <exception cref="ToolException">It is too long, or its braces do not match.</exception>
    public FileGlob(string glob)
    {
        if (glob.Length > MaxLength) throw new ToolException($"The glob is longer than {MaxLength} characters.");
        var pattern = glob.StartsWith("./", StringComparison.Ordinal) ? glob[2..] : glob.TrimStart('/');
        nameOnly = !pattern.Contains('/');
        // Without backtracking the time that a match takes grows with the path only, whatever a model thinks up.
        this.regex = new($"^(?:{Translate(pattern)})$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <param name="path">Relative, with forward slashes.</param>
    public bool Matches(string path) => this.regex.IsMatch(nameOnly ? path[(path.LastIndexOf('/') + 1)..] : path);

    private static string Translate(string glob)
    {
        var regex = new StringBuilder();
        var open = 0;
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    i++;
                    var wholeFolders = (i == 1 || glob[i - 2] == '/') && i + 1 < glob.Length && glob[i + 1] == '/';
                    if (wholeFolders) i++;
                    regex.Append(wholeFolders ? "(?:[^/]+/)*" : ".*");
                    break;
                case '*': regex.Append("[^/]*"); break;
                case '?': regex.Append("[^/]"); break;
                case '{': open++; regex.Append("(?:"); break;
                case '}' when open > 0: open--; regex.Append(')'); break;
                case ',' when open > 0: regex.Append('|'); break;
                default: regex.Append(Regex.Escape(glob[i].ToString())); break;
            }
        }

        return open == 0 ? regex.ToString() : throw new ToolException($"The glob \"{glob}\" has a {{ without a }}.");
    }
}

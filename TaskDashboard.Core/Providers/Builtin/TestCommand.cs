using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>How the tests of a folder are run, worked out from what lies in it.</summary>
internal static partial class TestCommand
{
    private static readonly (Func<string, bool> Fits, string Command)[] Ways =
    [
        (name => name == "test.sh", "sh test.sh"),
        (name => name is "Makefile" or "makefile" or "GNUmakefile", "make test"),
        (name => name == "package.json", "npm test"),
        (name => name.EndsWith(".sln", StringComparison.Ordinal) || name.EndsWith(".slnx", StringComparison.Ordinal) || name.EndsWith(".csproj", StringComparison.Ordinal), "dotnet test"),
        (name => name is "pytest.ini" or "conftest.py" or "pyproject.toml" or "tox.ini", "python3 -m pytest"),
        (name => PythonTest().IsMatch(name), "python3 -m unittest"),
    ];

    /// <summary>What the folder has that says how to test it, and the command for it; null when there is nothing that is known.</summary>
    /// <param name="listing">What <c>list_files</c> says of the folder.</param>
    public static (string File, string Command)? Find(string listing)
    {
        var names = listing.Split('\n').Select(line => Size().Replace(line.Trim(), "")).ToArray();
        foreach (var (fits, command) in Ways)
        {
            if (Array.Find(names, name => fits(name)) is { } found) return (found, command);
        }

        return null;
    }

    /// <summary>The command as a shell in the work folder takes it.</summary>
    public static string In(string folder, string command) => IsRoot(folder) ? command : $"cd {Quoted(folder)} && {command}";

    /// <summary>Whether a command is one that <see cref="In"/> made.</summary>
    public static bool IsOne(string command) => Ways.Any(way => command == way.Command || (Folder().IsMatch(command) && command.EndsWith($" && {way.Command}", StringComparison.Ordinal)));

    /// <summary>The folder that a command goes to first; empty for the work folder.</summary>
    public static string FolderOf(string command) => Folder().Match(command) is { Success: true } match
        ? match.Groups["plain"].Success ? match.Groups["plain"].Value : match.Groups["quoted"].Value.Replace(@"'\''", "'", StringComparison.Ordinal)
        : "";

    private static bool IsRoot(string folder) => folder.Trim('/') is "" or "." && !folder.StartsWith('/');

    private static string Quoted(string folder)
    {
        // A folder called -x would be an option.
        var safe = folder.StartsWith('-') ? $"./{folder}" : folder;
        return Plain().IsMatch(safe) ? safe : $"'{safe.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    [GeneratedRegex(@"^[\w./][\w./-]*$", RegexOptions.ECMAScript)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^cd ((?<plain>[^\s'""]+)|'(?<quoted>([^']|'\\'')*)') && ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Folder();

    [GeneratedRegex(@" \([^()]*\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    [GeneratedRegex(@"^(test\w*\.py|\w+_test\.py|tests/)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PythonTest();
}

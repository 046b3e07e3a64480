using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TaskDashboard.Tests.Components;

/// <summary>What holds for every field of every page.</summary>
public sealed partial class FieldTests
{
    [Fact]
    public void NoField_IsSentBackWhatWasTypedIntoIt_WhileMoreIsTyped()
    {
        // With a value of its own beside a listener, the answer to one key overwrites the next one; a binding knows that the browser has it already.
        var fields = Sources().SelectMany(file => Field().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), match.Value))).ToList();
        Assert.True(fields.Count > 50, "The source was not found.");
        var overwritten = fields.Where(field => field.Value.Contains("@oninput=", StringComparison.Ordinal) && field.Value.Contains(" value=\"@", StringComparison.Ordinal))
            .Where(field => !field.Value.Contains("value=\"@initial\"", StringComparison.Ordinal)); // Stays what it was at the beginning.
        Assert.Empty(overwritten);
    }

    private static IEnumerable<string> Sources([CallerFilePath] string here = "") =>
        Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "TaskDashboard.App", "Components"), "*.razor", SearchOption.AllDirectories);

    [GeneratedRegex("""<(input|textarea)\b(?:[^>"]|"(?:[^"@]|@\((?:[^()]|\([^()]*\))*\)|@)*")*>""")]
    private static partial Regex Field();
}

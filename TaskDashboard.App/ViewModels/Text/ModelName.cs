using System.Text.RegularExpressions;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Model names as people say them.</summary>
public static partial class ModelName
{
    /// <summary>Without the vendor before it and the date behind it: <c>anthropic/claude-sonnet-4-20250514</c> is <c>claude-sonnet-4</c>.</summary>
    public static string ForPeople(string fullName)
    {
        var name = fullName[(fullName.LastIndexOf('/') + 1)..];
        var undated = Date().Replace(name, "");
        return undated.Length == 0 ? name : undated;
    }

    [GeneratedRegex(@"[-@](\d{8}|\d{4}-\d{2}-\d{2})$")]
    private static partial Regex Date();
}

using Microsoft.Extensions.Localization;

namespace TaskDashboard.App.Localization;

/// <summary>Words of the document around the page, which no component draws again: for scripts, as attributes of the body, and on the elements that say so.</summary>
internal static class DocumentWords
{
    private static readonly (string Attribute, string Key)[] ForScripts =
    [
        ("data-unit-seconds", "Duration.Seconds"), ("data-unit-minutes", "Duration.Minutes"), ("data-unit-hours", "Duration.Hours"), ("data-unit-days", "Duration.Days"),
        ("data-time-in", "Time.In"), ("data-time-now", "Time.Now"), ("data-copied", "Action.Copied"),
    ];

    private static readonly string[] OnElements = ["Shell.SkipToContent", "Connection.Lost", "Error.View", "Action.Reload"];

    /// <summary>The body's attributes.</summary>
    public static Dictionary<string, object> Attributes(IStringLocalizer<Strings> words) =>
        ForScripts.ToDictionary(entry => entry.Attribute, entry => (object)words[entry.Key].Value);

    /// <summary>The texts of the elements, by the key that stands in their <c>data-word</c>.</summary>
    public static Dictionary<string, string> Texts(IStringLocalizer<Strings> words) => OnElements.ToDictionary(key => key, key => words[key].Value);
}

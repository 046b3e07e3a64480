using System.Collections.Frozen;

namespace TaskDashboard.App.Components.Shared;

/// <summary>The names of the icons. Their shapes are in <c>css/icons.css</c>, which has one for each of them.</summary>
public static class IconSet
{
    private static readonly FrozenDictionary<string, string> Classes = new[]
    {
        "logo", "person", "share", "lock", "sign-out", "panel", "chat", "tasks", "agents", "settings", "sun", "moon", "monitor", "globe", "keyboard",
        "plus", "search", "close", "spinner", "clock", "hand", "pause", "hourglass", "check", "cross", "ban", "stop", "trash", "more", "retry",
        "pencil", "link", "tool", "terminal", "file", "template", "paperclip", "folder", "thought", "chevron-right", "chevron-down", "chevron-up",
        "send", "back", "alert", "parent", "steer", "play", "pulse", "copy", "fork", "rerun", "compare", "archive", "download", "upload",
        "arrow-down",
    }.ToFrozenDictionary(name => name, name => $"icon icon-{name}");

    public static IEnumerable<string> Names => Classes.Keys;

    /// <summary>The classes of the element that shows it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such icon: better a page that says so than a button without a picture.</exception>
    public static string ClassOf(string name) => Classes[name];
}

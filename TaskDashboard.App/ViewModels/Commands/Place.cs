using TaskDashboard.App.Localization;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.ViewModels.Commands;

/// <summary>Something that the palette offers on every page, whatever is on it: a way to go, or a choice.</summary>
/// <param name="Icon">Name of its icon.</param>
/// <param name="LabelKey">Key of its words.</param>
/// <param name="Command">The command of js/commands.js that it gives.</param>
/// <param name="Argument">What goes along with the command.</param>
public sealed record Place(string Icon, string LabelKey, string Command, string? Argument = null)
{
    /// <summary>Key of the words in front of it, such as "Settings" for a section of theirs; null for none.</summary>
    public string? WithinKey { get; init; }

    /// <summary>A name that is the same in every language, instead of the words.</summary>
    public string? Name { get; init; }

    /// <summary>Whoever is less is not offered it.</summary>
    public PersonRole Role { get; init; } = PersonRole.Viewer;

    /// <summary>There is somebody to sign out only where people have accounts.</summary>
    public bool NeedsAccounts { get; init; }

    /// <summary>What a browser remembers it by.</summary>
    public string Key => Argument is null ? Command : $"{Command}:{Argument}";

    public static IReadOnlyList<Place> All { get; } =
    [
        new("plus", "NewTask.Title", "new-task") { Role = PersonRole.Member },
        Page("tasks", "Nav.Tasks", "tasks"),
        Page("chat", "Nav.Chat", "chat"),
        Page("hand", "Nav.Approvals", "approvals"),
        Page("agents", "Nav.Agents", "agents"),
        Page("clock", "Nav.Schedules", "schedules"),
        Page("pulse", "Nav.Usage", "usage"),
        Page("settings", "Nav.Settings", "settings"),
        Page("template", "Templates.Heading", "templates"),
        Page("person", "People.Heading", "people"),
        Page("check", "Settings.SelfCheck", "self-check") with { Role = PersonRole.Owner },
        Section("monitor", "Settings.Look", "look"),
        Section("settings", "Settings.Models", "models"),
        Section("alert", "Alerts.Title", "alerts"),
        Section("send", "Notify.Heading", "notifications"),
        Section("file", "Skills.Heading", "skills"),
        Section("archive", "Backups.Heading", "backups") with { Role = PersonRole.Owner },
        Section("trash", "Retention.Heading", "retention") with { Role = PersonRole.Owner },
        Section("terminal", "Settings.Server", "server") with { Role = PersonRole.Owner },
        Theme("sun", "Light"),
        Theme("moon", "Dark"),
        Theme("monitor", "System"),
        .. SupportedLanguages.All.Select(language => new Place("globe", "Language.Label", "language", language.Culture) { Name = language.Name, WithinKey = "Language.Label" }),
        new("panel", "Shell.ToggleRail", "rail"),
        new("keyboard", "Shortcuts.Title", "help"),
        new("sign-out", "SignIn.Out", "sign-out") { NeedsAccounts = true },
    ];

    /// <summary>What somebody of a role is offered.</summary>
    public static IEnumerable<Place> For(PersonRole role, bool hasAccounts) => All.Where(place => role >= place.Role && (hasAccounts || !place.NeedsAccounts));

    private static Place Page(string icon, string labelKey, string address) => new(icon, labelKey, "go", address);

    private static Place Section(string icon, string labelKey, string id) => new(icon, labelKey, "go", $"settings#{id}") { WithinKey = "Nav.Settings" };

    private static Place Theme(string icon, string theme) => new(icon, $"Theme.{theme}", "theme", theme.ToLowerInvariant()) { WithinKey = "Theme.Label" };
}

using TaskDashboard.Core.People;

namespace TaskDashboard.App.ViewModels.Commands;

/// <summary>Every key that the pages know. What the help shows and what js/keys.js hears both come from here.</summary>
public static class KeyTable
{
    public static IReadOnlyList<KeyShortcut> All { get; } =
    [
        new("Mod+k", "Shortcuts.Palette", KeyGroup.Everywhere) { Command = "palette" },
        new("/", "Shortcuts.Search", KeyGroup.Everywhere) { Command = "search" },
        new("n", "Shortcuts.New", KeyGroup.Everywhere) { Command = "new-task", Role = PersonRole.Member },
        new("?", "Shortcuts.Help", KeyGroup.Everywhere) { Command = "help" },

        Way("g t", "Nav.Tasks", "tasks"),
        Way("g c", "Nav.Chat", "chat"),
        Way("g a", "Nav.Approvals", "approvals"),
        Way("g g", "Nav.Agents", "agents"),
        Way("g s", "Nav.Schedules", "schedules"),
        Way("g u", "Nav.Usage", "usage"),
        Way("g ,", "Nav.Settings", "settings"),

        OfList("j", "Shortcuts.List.Next"),
        OfList("k", "Shortcuts.List.Previous"),
        OfList("x", "Shortcuts.List.Select"),
        OfList("Enter", "Shortcuts.List.Open"),
        OfList("Space", "Shortcuts.List.Peek"),
        OfList(".", "Shortcuts.List.Menu"),
        OfList("Delete", "Shortcuts.List.Delete"),

        new("Enter", "Shortcuts.Chat.Send", KeyGroup.Chat) { Owner = KeyOwner.Composer },
        new("Mod+Enter", "Shortcuts.Chat.Steer", KeyGroup.Chat) { Owner = KeyOwner.Composer },
        new("Mod+Shift+Enter", "Shortcuts.Chat.Background", KeyGroup.Chat) { Owner = KeyOwner.Composer },
        new("ArrowUp", "Shortcuts.Chat.Recall", KeyGroup.Chat) { Owner = KeyOwner.Composer },
        new("Mod+f", "Shortcuts.Chat.Search", KeyGroup.Chat) { Owner = KeyOwner.Chat },
        new("[", "Shortcuts.Chat.PreviousFailure", KeyGroup.Chat) { Owner = KeyOwner.Chat },
        new("]", "Shortcuts.Chat.NextFailure", KeyGroup.Chat) { Owner = KeyOwner.Chat },

        OfApprovals("j", "Shortcuts.Approvals.Next"),
        OfApprovals("k", "Shortcuts.Approvals.Previous"),
        OfApprovals("a", "Request.AllowOnce"),
        OfApprovals("t", "Request.AllowTask"),
        OfApprovals("r", "Request.AllowAlways"),
        OfApprovals("e", "Request.Edit"),
        OfApprovals("d", "Request.Deny"),
        OfApprovals("1", "Shortcuts.Approvals.Option"),
    ];

    /// <summary>The keys that somebody of a role has, by where they work.</summary>
    public static IEnumerable<IGrouping<KeyGroup, KeyShortcut>> For(PersonRole role) =>
        All.Where(shortcut => role >= shortcut.Role).GroupBy(shortcut => shortcut.Group);

    /// <summary>The keys that lead to a page, such as <c>g t</c>; null where none do.</summary>
    public static KeyShortcut? To(string command, string? argument = null) =>
        All.FirstOrDefault(shortcut => shortcut.Command == command && shortcut.Argument == argument);

    private static KeyShortcut Way(string keys, string labelKey, string address) => new(keys, labelKey, KeyGroup.GoTo) { Command = "go", Argument = address };

    private static KeyShortcut OfList(string keys, string labelKey) => new(keys, labelKey, KeyGroup.List) { Owner = KeyOwner.List };

    private static KeyShortcut OfApprovals(string keys, string labelKey) => new(keys, labelKey, KeyGroup.Approvals) { Owner = KeyOwner.Approvals };
}

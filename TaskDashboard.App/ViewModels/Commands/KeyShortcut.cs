using TaskDashboard.Core.People;

namespace TaskDashboard.App.ViewModels.Commands;

/// <summary>One key, chord or sequence, and what it does.</summary>
/// <param name="Keys">
/// As a keyboard event names them: keys of a sequence parted by a space, keys of a chord by a plus, such as <c>g t</c> and <c>Mod+k</c>. <c>Mod</c>
/// is Cmd on macOS and Ctrl elsewhere.
/// </param>
/// <param name="LabelKey">Key of the words for what it does.</param>
/// <param name="Group">Where it works.</param>
public sealed record KeyShortcut(string Keys, string LabelKey, KeyGroup Group)
{
    /// <summary>The command of js/commands.js that it gives; null where the script of its <see cref="Owner"/> hears the key itself.</summary>
    public string? Command { get; init; }

    /// <summary>What goes along with the command.</summary>
    public string? Argument { get; init; }

    /// <summary>The part of the program that hears the key.</summary>
    public KeyOwner Owner { get; init; }

    /// <summary>Whoever is less is not told of it, and has no such key.</summary>
    public PersonRole Role { get; init; } = PersonRole.Viewer;

    /// <summary>The keys of a sequence; one for what is none.</summary>
    public IReadOnlyList<string> Steps => Keys.Split(' ');

    /// <summary>What is pressed together in one step of a sequence.</summary>
    public static IReadOnlyList<string> Together(string step) => step.Split('+');
}

/// <summary>Where a key works.</summary>
public enum KeyGroup
{
    /// <summary>On every page.</summary>
    Everywhere,

    /// <summary>On every page: the way to another one.</summary>
    GoTo,

    /// <summary>In the table of tasks.</summary>
    List,

    /// <summary>In a chat.</summary>
    Chat,

    /// <summary>On the cards of the Approvals page.</summary>
    Approvals,
}

/// <summary>Who hears a key.</summary>
public enum KeyOwner
{
    /// <summary>js/keys.js, by the table itself.</summary>
    Shell,

    /// <summary>The script of the table of tasks.</summary>
    List,

    /// <summary>A script of the chat.</summary>
    Chat,

    /// <summary>The script of the box for messages.</summary>
    Composer,

    /// <summary>The script of the Approvals page.</summary>
    Approvals,
}

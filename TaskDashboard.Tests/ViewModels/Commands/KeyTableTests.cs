using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.Core.People;

namespace TaskDashboard.Tests.ViewModels.Commands;

/// <summary>What the help promises, some script hears. (That every key has words in every language is told by StringsTests.)</summary>
public class KeyTableTests
{
    [Fact]
    public void Keys_OfOneGroup_AreEachThereOnce() =>
        Assert.All(KeyTable.All.GroupBy(shortcut => (shortcut.Group, shortcut.Keys)), same => Assert.Single(same));

    [Fact]
    public void KeysOfTheShell_GiveCommandsThatAreKnown_AndOthersGiveNone()
    {
        var known = CommandNames();
        Assert.True(known.Count > 5, "The commands were not found.");
        Assert.All(KeyTable.All.Where(shortcut => shortcut.Owner == KeyOwner.Shell), shortcut => Assert.Contains(shortcut.Command!, known));
        Assert.All(KeyTable.All.Where(shortcut => shortcut.Owner != KeyOwner.Shell), shortcut => Assert.Null(shortcut.Command));
        Assert.All(Place.All, place => Assert.Contains(place.Command, known));
    }

    [Fact]
    public void KeysOfOtherScripts_AreHeardByThem() => Assert.All(
        KeyTable.All.Where(shortcut => shortcut.Owner != KeyOwner.Shell),
        shortcut => Assert.True(IsHeard(shortcut), $"No script of {shortcut.Owner} hears {shortcut.Keys}."));

    [Fact]
    public void SequencesOfTheShell_BeginWithAKeyThatIsNoneAlone()
    {
        var keys = KeyTable.All.Where(shortcut => shortcut.Owner == KeyOwner.Shell).ToList();
        Assert.DoesNotContain(keys.Where(shortcut => shortcut.Steps.Count > 1), shortcut => keys.Any(other => other.Keys == shortcut.Steps[0]));
    }

    [Fact]
    public void AViewer_IsToldOfNoKeyThatMakesTasks()
    {
        Assert.DoesNotContain(KeyTable.For(PersonRole.Viewer).SelectMany(group => group), shortcut => shortcut.Command == "new-task");
        Assert.Contains(KeyTable.For(PersonRole.Member).SelectMany(group => group), shortcut => shortcut.Command == "new-task");
    }

    private static bool IsHeard(KeyShortcut shortcut)
    {
        // The title of a row has its focus and is a link: Enter opens it without any script.
        if (shortcut is { Owner: KeyOwner.List, Keys: "Enter" }) return File.ReadAllText(Path.Combine(Folder(), "..", "..", "TaskDashboard.App", "Components", "Tasks", "TaskRow.razor")).Contains("<a class=\"task-title\" href=", StringComparison.Ordinal);
        var key = KeyShortcut.Together(shortcut.Steps[^1])[^1];
        var spelled = key switch
        {
            "Space" => """(["'])( |Space)\1""",
            "1" => """\[1-9\]""",
            _ => $"""["']{Regex.Escape(key)}["']|\b{Regex.Escape(key)}: """,
        };
        return Scripts(shortcut.Owner).Any(script => Regex.IsMatch(script, spelled) && (!shortcut.Keys.StartsWith("Mod+", StringComparison.Ordinal) || script.Contains("ctrlKey", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Scripts(KeyOwner owner) => owner switch
    {
        KeyOwner.List => Existing("task-keys.js"),
        KeyOwner.Composer => Existing("composer.js").Concat(Existing("recall.js")),
        KeyOwner.Approvals => Existing("approvals.js"),

        // Which of the chat's scripts hears a key is the chat's own business.
        KeyOwner.Chat => Directory.EnumerateFiles(Folder(), "*.js").Where(file => Path.GetFileName(file) is not ("keys.js" or "commands.js" or "task-keys.js" or "approvals.js" or "attachments.js")).Select(File.ReadAllText),
        _ => throw new ArgumentOutOfRangeException(nameof(owner), owner, "The shell's keys are heard by the table itself."),
    };

    private static IEnumerable<string> Existing(string name) => File.Exists(ScriptOf(name)) ? [File.ReadAllText(ScriptOf(name))] : [];

    private static HashSet<string> CommandNames() =>
        [.. Regex.Matches(Regex.Match(File.ReadAllText(ScriptOf("commands.js")), @"export const commands = \{(.*?)\n\};", RegexOptions.Singleline).Groups[1].Value, @"^  ""([a-z-]+)"":", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private static string ScriptOf(string name) => Path.Combine(Folder(), name);

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "wwwroot", "js");
}

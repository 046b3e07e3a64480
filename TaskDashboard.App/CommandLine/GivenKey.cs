using System.Text.RegularExpressions;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.CommandLine;

/// <summary>The key that a command was given, and where; never printed.</summary>
/// <param name="Secret">It.</param>
/// <param name="From">For people: "--key" or "TASKDASHBOARD_KEY".</param>
internal sealed partial record GivenKey(string Secret, string From)
{
    public const string Variable = "TASKDASHBOARD_KEY";

    private const string Option = "--key";

    /// <summary>That of the option, or else that of the variable; null where neither is given.</summary>
    /// <exception cref="CommandFailure">It cannot be one.</exception>
    public static GivenKey? Find(Surroundings around, string? option) =>
        option is not null ? Of(option, Option)
        : around.Variable(Variable) is { Length: > 0 } variable ? Of(variable, Variable)
        : null;

    /// <summary>The text without what may be a key: one that was given in the wrong place is not repeated where others read.</summary>
    public static string HideIn(string text) => Keys().Replace(text, $"{ApiKeys.KeyStart}…");

    public override string ToString() => $"the key of {From}";

    private static GivenKey Of(string given, string from)
    {
        // A file or a variable often ends with a line's end, which is no part of it.
        var secret = given.Trim();
        return secret.Length > 0 && secret.All(character => character is > ' ' and <= '~')
            ? new GivenKey(secret, from)
            : throw CommandFailure.Usage($"The key is no key: that of {from} is empty, or holds characters that no key has.");
    }

    [GeneratedRegex(@"\btd_[A-Za-z0-9_-]{8,}")]
    private static partial Regex Keys();
}

using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>
/// The engine's own sentences in the language of the page. The engine writes one English sentence for every client; the English words under
/// <c>Sentence.</c> are these sentences, with places for what differs, and say by that which one it is. What is not among them is shown as it was written.
/// Safe for threads.
/// </summary>
internal static class EngineSentence
{
    /// <summary>The keys of all that are known, without the prefix; of two that fit, the first counts.</summary>
    internal static readonly string[] Keys =
    [
        "Answering", "Summarising", "AskedAgain", "RateLimit", "Paused", "Stopping", "GoesOn", "Allowed", "Approval", "Question", "Answers", "Subtask", "Subtasks", "Moment", "Queue", "QueueAgain",
        "Slot", "After", "DependencyFailed", "DependencyCancelled", "DependencyDeleted", "Delayed", "Orphaned", "NoAgent", "CancelledByYou", "Cancelled",
        "Timeout", "StepLimit", "RepeatedCalls", "FailedCalls", "LongAnswer", "TokensUsed", "TokensNext", "CostUsed",
    ];

    private static readonly ResourceManager English = new(typeof(Strings));

    private static readonly Lazy<(string Key, Regex Pattern)[]> Patterns = new(() => [.. Keys.Select(key => ($"Sentence.{key}", PatternOf(English.GetString($"Sentence.{key}", CultureInfo.InvariantCulture)!)))]);

    /// <summary>What the engine said, said again.</summary>
    public static string? Say(string? sentence, IStringLocalizer<Strings> words)
    {
        if (sentence is not { Length: > 0 }) return sentence;
        foreach (var (key, pattern) in Patterns.Value)
        {
            if (pattern.Match(sentence) is { Success: true } match) return words[key, [.. match.Groups.Values.Skip(1).Select(group => (object)group.Value)]];
        }

        return sentence;
    }

    /// <summary>The places in the order of their numbers, which is the order that they have in English.</summary>
    private static Regex PatternOf(string english) =>
        new($"^{Regex.Replace(Regex.Escape(english), @"\\\{\d}", "(.+?)")}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
}

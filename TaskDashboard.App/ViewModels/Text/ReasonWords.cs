using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>
/// Why a task is where it is, in one line. Where it goes on by itself at some time, the words stand around that time, which the browser counts
/// down; everything else is the engine's own sentence, in the language of the page.
/// </summary>
/// <param name="Before">What stands before the time, or everything.</param>
/// <param name="DueAt">The time, if there is one.</param>
/// <param name="After">What stands behind it.</param>
public sealed record ReasonWords(string Before, DateTimeOffset? DueAt, string After)
{
    /// <summary>Null where there is nothing to say.</summary>
    public static ReasonWords? Of(AgentTask task, IStringLocalizer<Strings> words)
    {
        if (Pattern(task, words) is { } pattern && task.DueAt is { } due)
        {
            var place = pattern.IndexOf("{0}", StringComparison.Ordinal);
            return new ReasonWords(pattern[..place], due, pattern[(place + 3)..]);
        }

        if (EngineSentence.Say(task.ReasonText, words) is not { Length: > 0 } text) return null;
        var attempt = task is { MaxAttempts: > 1, Attempt: > 0 } && task.Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting;
        return new ReasonWords(attempt ? $"{words["Reason.Attempt", task.Attempt, task.MaxAttempts]} · {text}" : text, null, "");
    }

    private static string? Pattern(AgentTask task, IStringLocalizer<Strings> words) => (task.Status, task.Reason) switch
    {
        (AgentTaskStatus.Pending, ReasonCodes.Delayed) => words["Reason.Delayed"].Value,
        (AgentTaskStatus.Pending, ReasonCodes.Retry) => words["Reason.Retry"].Value
            .Replace("{1}", $"{task.Attempt + 1}", StringComparison.Ordinal)
            .Replace("{2}", $"{task.MaxAttempts}", StringComparison.Ordinal),
        (AgentTaskStatus.Waiting, ReasonCodes.RateLimit) => words["Reason.RateLimit"].Value,
        (AgentTaskStatus.Running, ReasonCodes.Model) => words["Reason.AskedAgain"].Value,
        _ => null,
    };
}

using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary>What several commands take in the same way.</summary>
internal static class TaskArguments
{
    public static readonly string[] Statuses = ["pending", "running", "waiting", "completed", "failed", "cancelled"];

    public static Argument<string> Id(string noun = "task") => new("id") { Description = $"The {noun}: its id, or at least {IdMatch.Shortest} characters of its beginning or its end." };

    public static Argument<string[]> Ids() => new("ids") { Description = "The tasks: their ids, or parts of them.", Arity = ArgumentArity.OneOrMore };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask." };

    public static Option<string?> Status() => new("--status") { Description = $"Only those that are {string.Join(", ", Statuses[..^1])} or {Statuses[^1]}; several with commas between.", HelpName = "status,…" };

    public static Option<string?> Agent(string description) => new("--agent") { Description = description, HelpName = "agent" };

    public static Option<string?> Chat(string description) => new("--chat") { Description = description, HelpName = "chat" };

    public static Option<int> Limit(int usual) => new("--limit") { Description = $"How many at most. Default {usual}.", HelpName = "number", DefaultValueFactory = _ => usual };

    public static Option<bool> Everything() => new("--all") { Description = "All of them, however many." };

    /// <summary>How many a list shows.</summary>
    /// <exception cref="CommandFailure">The limit is no number of things.</exception>
    public static int Most(CommandCall call, Option<int> limit, Option<bool> everything) => call.Value(everything) ? int.MaxValue
        : call.Value(limit) is >= 1 and var most ? most
        : throw CommandFailure.Usage("--limit has to be at least 1.");

    /// <summary>The statuses as the server takes them; null where the option was not given.</summary>
    /// <exception cref="CommandFailure">One of them is none. An empty list is none either: it would mean all.</exception>
    public static string? ReadStatuses(string? text)
    {
        if (text is null) return null;
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in names)
        {
            if (!Statuses.Contains(name, StringComparer.Ordinal)) throw CommandFailure.Usage($"There is no status \"{name}\".", $"There are {string.Join(", ", Statuses)}.");
        }

        return string.Join(',', names.Distinct());
    }

    /// <summary>The whole id of what an option names; null where it was not given.</summary>
    public static async Task<string?> FindAsync(CommandCall call, Noun noun, string? text) => text is null ? null : await IdMatch.FindAsync(call, noun, text);
}

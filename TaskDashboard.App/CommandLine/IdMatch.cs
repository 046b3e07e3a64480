using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// Finds what a person means by an id: all of it, its beginning, or its end (which the dashboard shows). At least <see cref="Shortest"/> characters, and one
/// thing only that it fits.
/// </summary>
internal static class IdMatch
{
    public const int Shortest = 4;

    /// <summary>How many of the newest are looked through for a part of an id.</summary>
    public const int MostLookedThrough = 2_000;

    private const int LengthBehindPrefix = 32;

    public static async Task<string> FindAsync(CommandCall call, Noun noun, string text)
    {
        if (IsWhole(noun, text)) return text;
        return (await FindItemAsync(call, noun, text)).Text("id")!;
    }

    /// <summary>The thing itself, as it stands in the list.</summary>
    public static async Task<JsonElement> FindItemAsync(CommandCall call, Noun noun, string text)
    {
        var wanted = text.Trim();
        if (wanted.Length == 0) throw CommandFailure.Usage($"The id of the {noun.Word} is empty.");
        var items = await ListAsync(call, noun);
        var named = items.Where(item => item.Text("id") == wanted || noun.NameFields.Any(field => string.Equals(item.Text(field), wanted, StringComparison.OrdinalIgnoreCase))).ToList();
        var fitting = named.Count > 0 || wanted.Length < Shortest ? named : [.. items.Where(item => item.Text("id") is { } id && Fits(id, noun, wanted))];

        // What is over is still in the list, and hardly ever meant.
        var found = fitting.Count > 1 && fitting.Where(item => noun.EndField is null || item.Text(noun.EndField) is null).ToList() is { Count: > 0 } lasting ? lasting : fitting;
        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandFailure(ExitCodes.Refused, $"There is no {noun.Word} {wanted}.", HowTo(noun, items.Count)),
            _ => throw CommandFailure.Usage(
                $"{wanted} fits {found.Count} {noun.Path}; give more of the id.",
                [.. found.Take(8).Select(item => $"{item.Text("id")}  {item.Text(noun.TitleField)}{(item.Text("prefix") is { } begins ? $" ({begins}…)" : "")}")]),
        };
    }

    public static bool IsWhole(Noun noun, string text) =>
        text.Length == noun.Prefix.Length + LengthBehindPrefix && text.StartsWith(noun.Prefix, StringComparison.Ordinal) && text[noun.Prefix.Length..].All(char.IsAsciiHexDigitLower);

    private static bool Fits(string id, Noun noun, string wanted)
    {
        var lower = wanted.ToLowerInvariant();
        return id.StartsWith(lower, StringComparison.Ordinal) || id.StartsWith(noun.Prefix + lower, StringComparison.Ordinal) || id.EndsWith(lower.TrimStart('…'), StringComparison.Ordinal);
    }

    private static async Task<List<JsonElement>> ListAsync(CommandCall call, Noun noun)
    {
        var items = new List<JsonElement>();
        foreach (var query in noun.ListQueries)
        {
            await foreach (var item in call.Api.ListAsync($"/api/{noun.Path}{query}", MostLookedThrough, call.Cancelled)) items.Add(item);
        }

        return noun.ListQueries.Count == 1 ? items : [.. items.DistinctBy(item => item.Text("id"))];
    }

    private static string HowTo(Noun noun, int count) => count == MostLookedThrough
        ? $"The newest {MostLookedThrough} were looked through; give the whole id."
        : $"\"{noun.Path} list\" shows what there is. Of an id, {Shortest} characters or more of its beginning or its end do.";
}

/// <summary>A kind of thing that commands name by id.</summary>
/// <param name="Word">For people.</param>
/// <param name="Path">Its command, and its path under /api.</param>
/// <param name="Prefix">Of its ids.</param>
/// <param name="TitleField">What it is called by, for people.</param>
internal sealed record Noun(string Word, string Path, string Prefix, string TitleField)
{
    public static Noun Task { get; } = new("task", "tasks", "task_", "title");

    public static Noun Chat { get; } = new("chat", "chats", "chat_", "title") { ListQueries = ["", "?archived=true"] };

    public static Noun Agent { get; } = new("agent", "agents", "agent_", "name") { NameFields = ["name"], ListQueries = ["?archived=all"] };

    public static Noun Trigger { get; } = new("trigger", "triggers", "trigger_", "name") { NameFields = ["name"] };

    public static Noun Key { get; } = new("key", "keys", "key_", "name") { NameFields = ["name", "prefix"], EndField = "revoked_at" };

    /// <summary>By which it can be named instead of its id; none where names repeat.</summary>
    public IReadOnlyList<string> NameFields { get; private init; } = [];

    /// <summary>Since when it is over, though listed; null where nothing is.</summary>
    public string? EndField { get; private init; }

    /// <summary>Which lists together hold all of them.</summary>
    public IReadOnlyList<string> ListQueries { get; private init; } = [""];

    public string Address(string id, string behind = "") => $"/api/{Path}/{Uri.EscapeDataString(id)}{behind}";
}

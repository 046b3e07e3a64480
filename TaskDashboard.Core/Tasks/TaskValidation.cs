using System.Text;

namespace TaskDashboard.Core.Tasks;

/// <summary>What a request for a task may hold. All problems are told at once, each with its field.</summary>
internal static class TaskValidation
{
    /// <summary>Longest message in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private const int MaxKeyLength = 200;
    private const int MaxMetadataEntries = 64;
    private const int MaxMetadataKeyLength = 128;
    private const int MaxMetadataValueLength = 4096;
    private const int MaxAttempts = 100;
    private const int MaxDependencies = 100;
    private const int MaxTimeoutSeconds = 30 * 86_400;

    /// <exception cref="RefusedException">Something does not fit.</exception>
    public static void Check(CreateTask command) => ThrowIfAny(Problems(command));

    /// <summary>Everything that does not fit, by field.</summary>
    /// <exception cref="RefusedException">The message is too large to be looked at further.</exception>
    public static Dictionary<string, string[]> Problems(CreateTask command)
    {
        CheckSize(command.Message);
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(command.AgentId)) errors["agent_id"] = ["agent_id is missing: say which agent the task is for."];
        if (string.IsNullOrWhiteSpace(command.Message)) errors["message"] = ["message is empty: say what the agent is to do."];
        AddTitle(errors, command.Title);
        AddPriority(errors, command.Priority);
        if (command.TimeoutS is < 1 or > MaxTimeoutSeconds) errors["timeout_s"] = [$"timeout_s has to be from 1 to {MaxTimeoutSeconds} seconds."];
        if (command.IdempotencyKey is { Length: 0 or > MaxKeyLength }) errors["Idempotency-Key"] = [$"Idempotency-Key has to be 1 to {MaxKeyLength} characters long."];
        if (command.MaxAttempts is < 1 or > MaxAttempts) errors["max_attempts"] = [$"max_attempts has to be from 1 to {MaxAttempts}."];
        AddDependencies(errors, command.DependsOn);
        if (command.Metadata is { } metadata) AddMetadata(errors, metadata.Select(entry => (entry.Key, (string?)entry.Value)), metadata.Count);
        if (command.Name is { } name) AddName(errors, name);
        FolderValidation.Check(command, errors);
        return errors;
    }

    /// <exception cref="RefusedException">Something does not fit.</exception>
    public static void Check(UpdateTask change)
    {
        var errors = new Dictionary<string, string[]>();
        if (change.Title is not null && string.IsNullOrWhiteSpace(change.Title)) errors["title"] = ["title is empty."];
        AddTitle(errors, change.Title);
        AddPriority(errors, change.Priority);
        AddDependencies(errors, change.DependsOn ?? []);
        if (change.Metadata is { } metadata) AddMetadata(errors, metadata.Select(entry => (entry.Key, entry.Value)), metadata.Count);
        ThrowIfAny(errors);
    }

    /// <summary>Whether a task may have so much metadata.</summary>
    public static bool Fits(IReadOnlyDictionary<string, string> metadata) => metadata.Count <= MaxMetadataEntries;

    /// <exception cref="RefusedException">It is empty or too large.</exception>
    public static void Check(SendMessage message)
    {
        CheckSize(message.Text);
        if (string.IsNullOrWhiteSpace(message.Text)) throw RefusedException.Validation("message", "message is empty: say something to the agent.");
        if (message.ClientMessageId is { Length: 0 or > MaxKeyLength })
        {
            throw RefusedException.Validation("client_message_id", $"client_message_id has to be 1 to {MaxKeyLength} characters long.");
        }
    }

    /// <exception cref="RefusedException">It is empty, too large, or has no place.</exception>
    public static void Check(ChangeQueuedMessage change)
    {
        CheckSize(change.Text);
        if (change.Text is not null && string.IsNullOrWhiteSpace(change.Text)) throw RefusedException.Validation("message", "message is empty: remove the message instead.");
        if (change.Position is < 0) throw RefusedException.Validation("position", "position has to be 0 or more.");
        if (change.Mode is MessageMode.Reject) throw RefusedException.Validation("mode", "mode has to be queue, steer or interrupt.");
    }

    private static void CheckSize(string? message)
    {
        if (message is not null && message.Length > MaxMessageBytes / 4 && Encoding.UTF8.GetByteCount(message) > MaxMessageBytes)
        {
            throw RefusedException.TooLarge("message", "The message is larger than 1 MiB. Put long material into a file in the task's work dir and refer to it.");
        }
    }

    private static void AddTitle(Dictionary<string, string[]> errors, string? title)
    {
        if (title is { Length: > TaskTitle.MaxGivenLength }) errors["title"] = [$"title is longer than {TaskTitle.MaxGivenLength} characters."];
    }

    private static void AddPriority(Dictionary<string, string[]> errors, int? priority)
    {
        if (priority is < 0 or > 3) errors["priority"] = ["priority has to be 0, 1, 2 or 3."];
    }

    private static void AddDependencies(Dictionary<string, string[]> errors, IReadOnlyList<TaskDependency> edges)
    {
        if (edges.Count > MaxDependencies) errors["depends_on"] = [$"depends_on takes up to {MaxDependencies} tasks."];
        else if (edges.Any(edge => string.IsNullOrWhiteSpace(edge.TaskId))) errors["depends_on"] = ["depends_on has an empty task id."];
        else if (edges.DistinctBy(edge => edge.TaskId).Count() != edges.Count) errors["depends_on"] = ["depends_on names a task twice."];
    }

    private static void AddName(Dictionary<string, string[]> errors, string name)
    {
        if (name.Length is 0 or > 64 || name.Any(character => !char.IsLetterOrDigit(character) && character is not ('-' or '_' or '.')))
        {
            errors["name"] = ["name has to be 1 to 64 letters, digits, '-', '_' or '.'."];
        }
        else if (Subtasks.ReservedNames.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            errors["name"] = [$"{name} is a reserved name; so are {string.Join(", ", Subtasks.ReservedNames)}."];
        }
    }

    private static void AddMetadata(Dictionary<string, string[]> errors, IEnumerable<(string Key, string? Value)> entries, int count)
    {
        if (count > MaxMetadataEntries || entries.Any(entry => entry.Key.Length is 0 or > MaxMetadataKeyLength || entry.Value is { Length: > MaxMetadataValueLength }))
        {
            errors["metadata"] =
            [
                $"metadata takes up to {MaxMetadataEntries} entries, with keys of 1 to {MaxMetadataKeyLength} and values of up to {MaxMetadataValueLength} characters.",
            ];
        }
    }

    private static void ThrowIfAny(Dictionary<string, string[]> errors)
    {
        if (errors.Count > 0) throw RefusedException.Validation(errors);
    }
}

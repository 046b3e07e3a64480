using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Archives;

/// <summary>
/// How an export is laid out: a zip with one folder for each task (<c>tasks/task_…/</c>) and the contents of attachments under their digest
/// (<c>attachments/…</c>); at its end <c>manifest.json</c> names every other file with size and digest.
/// </summary>
/// <remarks>
/// In a task's folder are <c>task.json</c>, the task as <c>GET /api/tasks/{id}</c> answers it, and one line of JSON for each event, message, run (with its steps),
/// request and attachment. Files are in the order of their names, entries have one fixed time: the same content makes the same files.
/// </remarks>
public static partial class ArchiveFormat
{
    /// <summary>What the manifest says that it is.</summary>
    public const string Name = "taskdashboard-export";

    /// <summary>The layout that is written, and the newest that is read.</summary>
    public const int Version = 1;

    internal const string Manifest = "manifest.json";
    internal const string TaskDocument = "task.json";
    internal const string Events = "events.jsonl";
    internal const string Messages = "messages.jsonl";
    internal const string Runs = "runs.jsonl";
    internal const string Requests = "requests.jsonl";
    internal const string Attachments = "attachments.jsonl";

    /// <summary>The earliest time that a zip can tell.</summary>
    internal static DateTimeOffset EntryTime { get; } = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static string InTask(string taskId, string file) => $"tasks/{taskId}/{file}";

    internal static string Content(string sha256) => $"attachments/{sha256}";

    /// <summary>Whether a file of an export may be called so. No name that is read from one leads anywhere else.</summary>
    internal static bool IsPath(string path) => Path().IsMatch(path);

    /// <summary>One digest for all that was exported. It leaves out what tells this export from another one of the same: when, where and by which version it was made.</summary>
    /// <param name="files">The files, in any order.</param>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string ContentHash(IEnumerable<ArchiveFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal)) hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.Sha256} {file.Size} {file.Path}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex(@"\A(tasks/task_[0-9a-f]{32}/(task\.json|(events|messages|runs|requests|attachments)\.jsonl)|attachments/[0-9a-f]{64})\z")]
    private static partial Regex Path();
}

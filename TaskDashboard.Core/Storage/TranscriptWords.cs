using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Finds part of a text in everything that a log shows. Not by the full-text index, which knows the beginnings of words only: whoever looks into a chat
/// looks for what they see. The texts stay in SQLite; plain letters are compared there, others here, as it knows no capitals of them.
/// </summary>
internal static class TranscriptWords
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static List<long> Find(TranscriptLook look, string words, CancellationToken cancellationToken)
    {
        var connection = (SqliteConnection)look.Context.Database.GetDbConnection();
        var isPlain = words.All(char.IsAscii);
        if (!isPlain) connection.CreateFunction("holds", (string? text, string part) => Holds(text, part));

        // Arguments are shown indented: words with a space in them may stand in that alone.
        var isSpaced = words.Any(char.IsWhiteSpace);
        if (isSpaced) connection.CreateFunction("holds_indented", (string? json, string part) => HoldsIndented(json, part));
        string Has(string path) => isPlain ? $"coalesce(json_extract(data, '{path}') LIKE @0 ESCAPE '\\', 0)" : $"holds(json_extract(data, '{path}'), @1)";
        var hits = new Hits();
        using var rows = look.Query(
            $"""
            SELECT seq, type,
                CASE type WHEN 'message' THEN json_extract(data, '$.message_id') WHEN 'tool_use' THEN json_extract(data, '$.call_id') WHEN 'tool_result' THEN json_extract(data, '$.call_id')
                    WHEN 'request' THEN json_extract(data, '$.request_id') WHEN 'request_resolved' THEN json_extract(data, '$.request_id') WHEN 'run' THEN json_extract(data, '$.run_id') WHEN 'status' THEN run_id END,
                CASE type WHEN 'message' THEN json_extract(data, '$.state') WHEN 'run' THEN json_extract(data, '$.outcome') WHEN 'status' THEN json_extract(data, '$.status') END,
                CASE type WHEN 'message' THEN {Has("$.text")} WHEN 'thought' THEN {Has("$.text")} WHEN 'error' THEN {Has("$.text")}
                    WHEN 'tool_use' THEN {Has("$.title")} OR {Has("$.name")} OR {(isSpaced ? "holds_indented(json_extract(data, '$.arguments'), @1)" : Has("$.arguments"))}
                    WHEN 'tool_result' THEN {Has("$.content")} WHEN 'request' THEN {Has("$.prompt")} WHEN 'request_resolved' THEN {Has("$.answer")} OR {Has("$.note")}
                    WHEN 'run' THEN {Has("$.outcome_text")} WHEN 'status' THEN {Has("$.reason_text")} END,
                CASE type WHEN 'error' THEN json_extract(data, '$.text') WHEN 'run' THEN json_extract(data, '$.outcome_text') WHEN 'status' THEN json_extract(data, '$.reason_text') END
            FROM events
            WHERE task_key = @task AND (type IN ('message', 'thought', 'tool_use', 'tool_result', 'request', 'request_resolved', 'error', 'run')
                OR (type = 'status' AND json_extract(data, '$.status') IN ('completed', 'failed', 'cancelled')))
            ORDER BY seq
            """,
            $"%{words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%", words);
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            hits.TakeIn(rows.GetInt64(0), rows.GetString(1), Text(rows, 2), Text(rows, 3), Text(rows, 5), !rows.IsDBNull(4) && rows.GetInt64(4) != 0);
        }

        return hits.List(isLive: !look.Task.Status.IsTerminal());
    }

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static bool Holds(string? text, string part) => text is not null && text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static bool HoldsIndented(string? json, string part)
    {
        if (json is null) return false;
        try
        {
            using var document = JsonDocument.Parse(json);
            return Holds(JsonSerializer.Serialize(document.RootElement, Indented), part);
        }
        catch (JsonException)
        {
            // A text by itself, which SQLite gives without its quotation marks.
            return Holds(json, part);
        }
    }

    /// <summary>What was found, in the places where entries stand: a result at its call, an answer at its question, a message where it was read.</summary>
    private sealed class Hits
    {
        private readonly HashSet<long> found = [];
        private readonly Dictionary<string, long> places = [];
        private readonly Dictionary<string, long> waiting = [];
        private (long Seq, string? Text) error;

        public void TakeIn(long seq, string type, string? id, string? word, string? cause, bool has)
        {
            switch (type)
            {
                case "tool_use" or "request":
                    places[$"{type[0]}{id}"] = seq;
                    Add(seq, has);
                    break;
                case "tool_result":
                    Add(places.GetValueOrDefault($"t{id}"), has);
                    break;
                case "request_resolved":
                    Add(places.GetValueOrDefault($"r{id}"), has);
                    break;
                case "message" when word is not null:
                    if (waiting.Remove(id!, out var before)) found.Remove(before);
                    if (word == "stored") waiting[id!] = seq;
                    Add(seq, has && word != "removed");
                    break;
                case "run" or "status":
                    if (word is null) break;
                    if (cause is not null && cause == error.Text) found.Remove(error.Seq);
                    if (places.Remove($"end{id}", out var told)) has |= found.Remove(told);
                    places[$"end{id}"] = seq;
                    Add(seq, has);
                    break;
                default:
                    Add(seq, has);
                    break;
            }

            // An error right above an end that says the same is told by that alone.
            if (type != "run" && type != "status") error = type == "error" ? (seq, cause) : default;
        }

        /// <summary>What still waits stands in the queue of a live task, not in its transcript.</summary>
        public List<long> List(bool isLive)
        {
            if (isLive) found.ExceptWith(waiting.Values);
            return [.. found.Order()];
        }

        private void Add(long seq, bool has)
        {
            if (has && seq > 0) found.Add(seq);
        }
    }
}

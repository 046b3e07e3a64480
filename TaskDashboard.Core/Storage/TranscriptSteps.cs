using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Finds finished, successful steps that follow one another, walking the log from an edge until something else stands in between. In doubt something
/// does: they are then fewer than there are, and never has one of them more to it than a line.
/// </summary>
internal static class TranscriptSteps
{
    private const string Columns = """
        seq, type,
        CASE WHEN type IN ('tool_use', 'tool_result') THEN json_extract(data, '$.call_id') WHEN type = 'message' THEN json_extract(data, '$.message_id')
            WHEN type = 'subtask' THEN json_extract(data, '$.task_id') END,
        CASE WHEN type IN ('tool_result', 'status') THEN json_extract(data, '$.status') WHEN type = 'message' THEN json_extract(data, '$.state')
            WHEN type = 'run' THEN coalesce(json_extract(data, '$.outcome'), json_extract(data, '$.cause')) END,
        CASE WHEN type IN ('tool_result', 'thought') THEN coalesce(json_extract(data, '$.duration_ms'), 0) END,
        CASE WHEN type IN ('tool_use', 'thought') THEN json_extract(data, '$.copied') END
        """;

    /// <summary>How many results behind an edge are looked at for one call.</summary>
    private const int MostResults = 500;

    public static QuietSteps? Find(TranscriptLook look, long edge, bool isBefore, long? limit) => isBefore ? Before(look, edge, limit ?? 1) : Behind(look, edge, limit ?? look.LastSeq);

    private static QuietSteps? Before(TranscriptLook look, long edge, long limit)
    {
        var results = new Dictionary<string, (bool Went, long Duration)>();
        var (from, calls, duration) = (edge, 0, 0L);
        using var rows = look.Query($"SELECT {Columns} FROM events WHERE task_key = @task AND seq < @0 AND seq >= @1 ORDER BY seq DESC", edge, limit);
        while (rows.Read())
        {
            var step = new Step(rows);
            if (!IsQuiet(look, step)) break;
            if (step.Type == "tool_result") results.TryAdd(step.Id!, (step.Word == "success", step.Duration));
            if (step.Type == "thought") duration += step.Duration;
            if (step.Type == "tool_use")
            {
                var went = results.Remove(step.Id!, out var result) ? result.Went : IsDone(look, step.Id!, edge, out result.Duration);
                if (!went) break;
                calls++;
                duration += result.Duration;
            }

            from = step.Seq;
        }

        return calls == 0 ? null : new QuietSteps(from, edge - 1, calls, TimeSpan.FromMilliseconds(duration));
    }

    private static QuietSteps? Behind(TranscriptLook look, long edge, long limit)
    {
        var steps = new List<(long Seq, string? CallId, long Duration)>();
        var results = new Dictionary<string, (bool Went, long Duration)>();
        var to = edge - 1;
        using (var rows = look.Query($"SELECT {Columns} FROM events WHERE task_key = @task AND seq >= @0 AND seq <= @1 ORDER BY seq", edge, limit))
        {
            while (rows.Read())
            {
                var step = new Step(rows);
                if (step.Type == "tool_result") results.TryAdd(step.Id!, (step.Word == "success", step.Duration));
                if (!IsQuiet(look, step)) break;
                if (step.Type is "tool_use" or "thought") steps.Add((step.Seq, step.Id, step.Duration));
                to = step.Seq;
            }
        }

        var (calls, duration, thoughts, trailing) = (0, 0L, 0L, 0L);
        foreach (var (seq, callId, took) in steps)
        {
            if (callId is null)
            {
                thoughts += took;
                if (trailing == 0) trailing = seq;
                continue;
            }

            var went = results.TryGetValue(callId, out var result) ? result.Went : IsDone(look, callId, to + 1, out result.Duration);
            if (!went)
            {
                to = seq - 1;
                break;
            }

            calls++;
            duration += result.Duration + thoughts;
            (thoughts, trailing) = (0, 0);
        }

        // A thought behind the last call belongs to what comes next.
        if (trailing > 0) to = Math.Min(to, trailing - 1);
        return calls == 0 ? null : new QuietSteps(edge, to, calls, TimeSpan.FromMilliseconds(duration));
    }

    /// <summary>It is of a step, or shows nothing. Whether a call went well is asked where it was made.</summary>
    private static bool IsQuiet(TranscriptLook look, Step step) => step switch
    {
        { IsCopied: true } => false,
        { Type: "tool_use" or "tool_result" or "thought" or "usage" or "progress" or "title" or "request_resolved" } => true,
        { Type: "status" } => step.Word is "pending" or "running" or "waiting",
        { Type: "run" } => step.Word is "start" or "message",
        { Type: "message", Word: "removed" } => true,
        { Type: "message", Word: "stored" } => look.Number("SELECT 1 FROM messages WHERE id = @0 AND seq = @1", step.Id, step.Seq) is null,

        // A sub-task is told of often, and stands where it was told of first.
        { Type: "subtask" } => look.Number("SELECT 1 FROM events WHERE task_key = @task AND seq < @0 AND type = 'subtask' AND instr(data, @1) > 0 LIMIT 1", step.Seq, $"\"{step.Id}\"") is not null,
        _ => false,
    };

    /// <summary>A call that has its result behind an edge went well.</summary>
    private static bool IsDone(TranscriptLook look, string callId, long edge, out long duration)
    {
        using var result = look.Query(
            """
            SELECT status, duration FROM (SELECT json_extract(data, '$.call_id') AS call, json_extract(data, '$.status') AS status, json_extract(data, '$.duration_ms') AS duration
                FROM events WHERE task_key = @task AND seq >= @0 AND type = 'tool_result' ORDER BY seq LIMIT @1) WHERE call = @2
            """,
            edge, MostResults, callId);
        var isFound = result.Read();
        duration = isFound ? result.GetInt64(1) : 0;
        return isFound && result.GetString(0) == "success";
    }

    private readonly struct Step(SqliteDataReader row)
    {
        public long Seq { get; } = row.GetInt64(0);

        public string Type { get; } = row.GetString(1);

        /// <summary>Of the call, the message or the sub-task.</summary>
        public string? Id { get; } = row.IsDBNull(2) ? null : row.GetString(2);

        /// <summary>How it stands.</summary>
        public string? Word { get; } = row.IsDBNull(3) ? null : row.GetString(3);

        public long Duration { get; } = row.IsDBNull(4) ? 0 : row.GetInt64(4);

        public bool IsCopied { get; } = !row.IsDBNull(5) && row.GetInt64(5) != 0;
    }
}

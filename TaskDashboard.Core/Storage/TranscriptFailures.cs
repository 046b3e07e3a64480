namespace TaskDashboard.Core.Storage;

/// <summary>Finds in a log where something went wrong, without reading what was said.</summary>
internal static class TranscriptFailures
{
    public static List<long> List(TranscriptLook look)
    {
        var failures = new SortedSet<long>();
        var ends = new Dictionary<string, long>();
        (long Seq, string? Text) error = default;

        // Of the data only what stands in front of the content is looked at; in a content the quotation marks would be escaped.
        using var rows = look.Query(
            """
            SELECT seq, type,
                CASE type WHEN 'tool_result' THEN (SELECT max(call.seq) FROM events AS call WHERE call.task_key = @task AND call.seq < events.seq AND call.type = 'tool_use'
                    AND call.seq >= events.seq - 2000 AND instr(call.data, '"call_id":"' || json_extract(events.data, '$.call_id') || '"') > 0) END,
                CASE type WHEN 'run' THEN json_extract(data, '$.outcome') WHEN 'status' THEN json_extract(data, '$.status') END,
                CASE type WHEN 'run' THEN json_extract(data, '$.outcome_text') WHEN 'status' THEN json_extract(data, '$.reason_text') WHEN 'error' THEN json_extract(data, '$.text') END,
                CASE type WHEN 'run' THEN json_extract(data, '$.run_id') ELSE run_id END
            FROM events WHERE task_key = @task AND (type = 'error'
                OR (type = 'tool_result' AND (instr(data, '"status":"error"') > 0 OR instr(data, '"status":"unknown"') > 0))
                OR (type = 'run' AND instr(data, '"outcome"') > 0)
                OR (type = 'status' AND (instr(data, '"status":"failed"') > 0 OR instr(data, '"status":"cancelled"') > 0)))
            ORDER BY seq
            """);
        while (rows.Read())
        {
            var seq = rows.GetInt64(0);
            var text = rows.IsDBNull(4) ? null : rows.GetString(4);
            switch (rows.GetString(1))
            {
                case "tool_result":
                    if (!rows.IsDBNull(2)) failures.Add(rows.GetInt64(2));
                    break;
                case "error":
                    failures.Add(seq);
                    error = (seq, text);
                    break;
                default:
                    // Its run and the task tell an end both, and a banner that says the cause takes the place of the error above it.
                    if (text is not null && text == error.Text && !HasEntryBetween(look, error.Seq, seq)) failures.Remove(error.Seq);
                    if (rows.GetString(3) != "failed") break;
                    var run = rows.IsDBNull(5) ? "" : rows.GetString(5);
                    if (ends.Remove(run, out var told)) failures.Remove(told);
                    failures.Add(ends[run] = seq);
                    break;
            }
        }

        return [.. failures];
    }

    private static bool HasEntryBetween(TranscriptLook look, long from, long to) =>
        look.Number("SELECT 1 FROM events WHERE task_key = @task AND seq > @0 AND seq < @1 AND type IN ('message', 'thought', 'tool_use', 'request', 'subtask') LIMIT 1", from, to) is not null;
}

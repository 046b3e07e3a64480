using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Core.Storage;

/// <summary>Makes a stretch of a log whole: with what its entries became behind it, and what they answer to before it.</summary>
internal static class TranscriptPieces
{
    /// <summary>How many results behind a stretch are looked at for the calls in it.</summary>
    private const int MostResults = 1000;

    public static TranscriptStretch Read(TranscriptLook look, long from, long to)
    {
        var events = look.Events("seq BETWEEN @0 AND @1 ORDER BY seq", from, to);
        var messages = MessagesIn(look, events);
        var told = new TranscriptStretch(look.Task.Id, from, to, look.LastSeq, events)
        {
            Moved = Waiting(events).Where(id => !messages.TryGetValue(id, out var place) || place.Seq > to).ToHashSet(),
            Written = messages.ToDictionary(message => message.Key, message => message.Value.At),
            Requests = RequestsIn(look, events),
            Runs = RunsIn(look, events),
            Subtasks = SubtasksIn(look, events),
        };
        return told with { Events = [.. NewsBefore(look, events), .. events, .. ResultsBehind(look, events, to)] };
    }

    /// <summary>A message to the agent is written, may be written again, and is read or taken back: it stands where that was last told.</summary>
    private static Dictionary<string, (long Seq, DateTimeOffset At)> MessagesIn(TranscriptLook look, List<TaskEvent> events)
    {
        var waiting = Waiting(events);
        if (waiting.Count == 0) return [];
        return look.Context.Messages.Where(row => waiting.Contains(row.Id)).Select(row => new { row.Id, row.Seq, row.CreatedAt }).ToDictionary(row => row.Id, row => (row.Seq, StoreTime.FromStore(row.CreatedAt)));
    }

    private static HashSet<string> Waiting(List<TaskEvent> events) => [.. events.Select(told => told.Data).OfType<MessageData>().Where(message => message is { State: not null, Copied: false }).Select(message => message.MessageId)];

    private static Dictionary<string, TaskRequest> RequestsIn(TranscriptLook look, List<TaskEvent> events)
    {
        var ids = events.Select(told => told.Data).OfType<RequestData>().Select(request => request.RequestId).ToList();
        if (ids.Count == 0) return [];
        return look.Context.Requests.Where(row => ids.Contains(row.Id)).AsEnumerable().ToDictionary(row => row.Id, row => RowMapping.ToRequest(row, look.Task.Id));
    }

    private static List<Run> RunsIn(TranscriptLook look, List<TaskEvent> events)
    {
        var ids = events.Where(told => told.Data is RunData or StatusData).Select(told => (told.Data as RunData)?.RunId ?? told.RunId).Append(look.Task.RunId).OfType<string>().Distinct().ToList();
        if (ids.Count == 0) return [];
        var rows = look.Context.Runs.Where(row => ids.Contains(row.Id)).AsEnumerable().Select(row => RowMapping.ToRun(row, look.Task.Id)).ToList();
        return rows.ConvertAll(run => run.Outcome is null ? run with { Usage = UsageOf(look, run.RunId) } : run);
    }

    /// <summary>Of a run that goes on, what its steps have taken so far: its row has that only once it has ended.</summary>
    private static TaskUsage UsageOf(TranscriptLook look, string runId)
    {
        using var sums = look.Query("SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cached_tokens), 0), sum(cost) FROM steps WHERE run_id = @0", runId);
        sums.Read();
        return new TaskUsage(sums.GetInt64(0), sums.GetInt64(1), sums.GetInt64(2), sums.IsDBNull(3) ? null : (decimal)sums.GetDouble(3));
    }

    private static Dictionary<string, SubtaskPlace> SubtasksIn(TranscriptLook look, List<TaskEvent> events)
    {
        var told = events.Where(told => told.Data is SubtaskData).ToList();
        if (told.Count == 0) return [];
        var places = told.GroupBy(found => found.Data.TaskId).ToDictionary(group => group.Key, group => group.First().Seq);
        using (var earlier = look.Query("SELECT json_extract(data, '$.task_id'), min(seq) FROM events WHERE task_key = @task AND seq < @0 AND type = 'subtask' GROUP BY 1", told[0].Seq))
        {
            while (earlier.Read())
            {
                if (places.ContainsKey(earlier.GetString(0))) places[earlier.GetString(0)] = earlier.GetInt64(1);
            }
        }

        // As this log has told it last: the child itself may be ahead of that.
        var newest = new Dictionary<string, AgentTaskStatus>();
        foreach (var later in look.Events("seq >= @0 AND type = 'subtask' ORDER BY seq", told[0].Seq)) newest[later.Data.TaskId] = ((SubtaskData)later.Data).Status;
        return places.ToDictionary(place => place.Key, place => new SubtaskPlace(place.Value, newest.TryGetValue(place.Key, out var status) ? status : null));
    }

    /// <summary>News of a sub-task that are read here and were written before: what they told of stands beside their first telling.</summary>
    private static List<TaskEvent> NewsBefore(TranscriptLook look, List<TaskEvent> events)
    {
        var before = new List<TaskEvent>();
        if (events.Count == 0) return before;
        var from = events[0].Seq;
        var known = new HashSet<string>();
        foreach (var message in events.Select(told => told.Data).OfType<MessageData>().Where(message => message is { Role: EntryRole.Subtask, State: not null, Copied: false }))
        {
            if (!known.Add(message.MessageId) || message.State == EntryState.Stored) continue;
            if (look.Number("SELECT max(seq) FROM events WHERE task_key = @task AND seq < @0 AND type = 'message' AND instr(data, @1) > 0", from, $"\"{message.MessageId}\"") is not { } stored) continue;
            before.AddRange(look.Events("seq BETWEEN @0 AND @1 AND type IN ('subtask', 'message') ORDER BY seq", stored - 1, stored));
        }

        return [.. before.DistinctBy(told => told.Seq).OrderBy(told => told.Seq)];
    }

    private static List<TaskEvent> ResultsBehind(TranscriptLook look, List<TaskEvent> events, long to)
    {
        var open = new HashSet<string>();
        foreach (var told in events)
        {
            if (told.Data is ToolUseData call) open.Add(call.CallId);
            else if (told.Data is ToolResultData result) open.Remove(result.CallId);
        }

        var found = new List<long>();
        if (open.Count > 0 && to < look.LastSeq)
        {
            using var results = look.Query("SELECT seq, json_extract(data, '$.call_id') FROM events WHERE task_key = @task AND seq > @0 AND type = 'tool_result' ORDER BY seq LIMIT @1", to, MostResults);
            while (open.Count > 0 && results.Read())
            {
                if (open.Remove(results.GetString(1))) found.Add(results.GetInt64(0));
            }
        }

        return found.Count == 0 ? [] : look.Events($"seq IN ({string.Join(", ", found)}) ORDER BY seq");
    }
}

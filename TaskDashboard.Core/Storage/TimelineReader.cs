using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads runs with their steps and what the log tells of them.</summary>
internal sealed class TimelineReader(Store store, TimeProvider time) : ITimelineReader
{
    /// <summary>How many runs of a tree are told.</summary>
    private const int MostRuns = 300;

    /// <summary>How far back the log is looked at for what the run waited for before it began.</summary>
    private const int MostBefore = 8;

    /// <summary>Without what tools were given: only their names are of interest, and there may be megabytes of the rest.</summary>
    private const string FactColumns = """
        seq, type, at, CASE type WHEN 'tool_use'
            THEN json_object('call_id', json_extract(data, '$.call_id'), 'name', json_extract(data, '$.name'), 'arguments', json('{}'), 'title', json_extract(data, '$.title'))
            ELSE data END
        """;

    public async Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from row in context.Runs join owner in context.Tasks on row.TaskKey equals owner.Key where row.Id == runId select new { owner.Id, owner.Key, row.Attempt })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null) return null;

        // The log first: a step that comes meanwhile is known before its event, which changes nothing.
        var (facts, last) = await ReadFactsAsync(context, found.Key, runId, cancellationToken);
        var run = await store.Reader.FindRunAsync(runId, cancellationToken);
        var task = await store.Reader.FindAsync(found.Id, cancellationToken);
        if (run is null || task is null) return null;
        var beside = await context.Runs.Where(row => row.TaskKey == found.Key && (row.Attempt == found.Attempt - 1 || row.Attempt == found.Attempt + 1)).Select(row => new { row.Id, row.Attempt }).ToListAsync(cancellationToken);
        return new RunRecord(task, run, facts, last)
        {
            PreviousRunId = beside.Find(row => row.Attempt < found.Attempt)?.Id,
            NextRunId = beside.Find(row => row.Attempt > found.Attempt)?.Id,
        };
    }

    public async Task<IReadOnlyList<RunStep>> ListStepsAsync(string runId, int after, CancellationToken cancellationToken = default)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Steps.Where(step => step.RunId == runId && step.Index > after).OrderBy(step => step.Index).ToListAsync(cancellationToken);
        return rows.ConvertAll(RowMapping.ToStep);
    }

    public async Task<RunCall?> FindCallAsync(string runId, string callId, CancellationToken cancellationToken = default)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var said = await (
                from message in context.Messages
                join owner in context.Runs on message.TaskKey equals owner.TaskKey
                where owner.Id == runId && message.CallId == callId
                orderby message.Seq
                select message)
            .ToListAsync(cancellationToken);
        if (said.Count == 0) return null;

        // Models may use an id again in another run: the run's own comes before what an earlier one left to it.
        var own = said.Exists(message => message.RunId == runId) ? said.FindAll(message => message.RunId == runId) : said;
        return new RunCall(
            own[0].ToolName ?? "", own.Find(message => message.Role == (int)EntryRole.ToolUse)?.Text, own.FindLast(message => message.Role == (int)EntryRole.ToolResult)?.Text);
    }

    public Task<RunTimeline?> FindTreeAsync(string runId, CancellationToken cancellationToken = default) => FindTreeAsync(runId, _ => true, cancellationToken);

    /// <param name="runId">The root.</param>
    /// <param name="maySee">Which tasks are told of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RunTimeline?> FindTreeAsync(string runId, Func<AgentTask, bool> maySee, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var isTruncated = false;
        return await NodeAsync(runId) is { } root ? TimelineTree.WithCriticalPath(root, time.GetUtcNow()) with { IsTruncated = isTruncated } : null;

        async Task<RunTimeline?> NodeAsync(string id)
        {
            if (!seen.Add(id)) return null;
            if (seen.Count > MostRuns)
            {
                isTruncated = true;
                return null;
            }

            if (await FindAsync(id, cancellationToken) is not { } record || !maySee(record.Task)) return null;
            var children = new List<RunTimeline>();
            foreach (var child in await ListChildrenAsync(id, cancellationToken))
            {
                if (await NodeAsync(child) is { } node) children.Add(node);
            }

            return new TimelineState(record).ToTimeline() with { Children = children };
        }
    }

    private async Task<List<string>> ListChildrenAsync(string runId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await (
                from task in context.Tasks
                join parent in context.Tasks on task.ParentTaskId equals parent.Id
                join own in context.Runs on parent.Key equals own.TaskKey
                join run in context.Runs on task.Key equals run.TaskKey
                where own.Id == runId && task.ParentRunId == runId
                orderby run.StartedAt, run.Id
                select run.Id)
            .Take(MostRuns + 1)
            .ToListAsync(cancellationToken);
    }

    private static async Task<(List<RunFact> Facts, long LastSeq)> ReadFactsAsync(DashboardDbContext context, long taskKey, string runId, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await using var look = connection.BeginTransaction(deferred: true);
        await using var range = connection.CreateCommand();
        range.Transaction = look;
        range.CommandText = """
            SELECT coalesce(max(seq), 0), (SELECT min(seq) FROM events WHERE task_key = @task AND run_id = @run AND type = 'run'),
                (SELECT max(seq) FROM events WHERE task_key = @task AND run_id = @run AND type IN ('run', 'status'))
            FROM events WHERE task_key = @task
            """;
        range.Parameters.AddWithValue("@task", taskKey);
        range.Parameters.AddWithValue("@run", runId);
        long last, first, end;
        await using (var bounds = await range.ExecuteReaderAsync(cancellationToken))
        {
            await bounds.ReadAsync(cancellationToken);
            last = bounds.GetInt64(0);
            first = await bounds.IsDBNullAsync(1, cancellationToken) ? 0 : bounds.GetInt64(1);
            end = await bounds.IsDBNullAsync(2, cancellationToken) ? 0 : bounds.GetInt64(2);
        }

        await using var command = connection.CreateCommand();
        command.Transaction = look;
        command.CommandText = $"""
            SELECT * FROM (SELECT {FactColumns} FROM events WHERE task_key = @task AND seq < @first AND type = 'status' ORDER BY seq DESC LIMIT {MostBefore})
            UNION ALL
            SELECT {FactColumns} FROM events WHERE task_key = @task AND seq BETWEEN @first AND @end AND run_id = @run
                AND type IN ('status', 'tool_use', 'request', 'request_resolved', 'run', 'error')
            ORDER BY 1
            """;
        command.Parameters.AddWithValue("@task", taskKey);
        command.Parameters.AddWithValue("@run", runId);
        command.Parameters.AddWithValue("@first", first);
        command.Parameters.AddWithValue("@end", Math.Max(end, last));
        var facts = new List<RunFact>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            facts.Add(new RunFact(rows.GetInt64(0), StoreTime.FromStore(rows.GetInt64(2)), EventJson.ReadData(rows.GetString(1), Encoding.UTF8.GetBytes(rows.GetString(3)))));
        }

        return (facts, last);
    }
}

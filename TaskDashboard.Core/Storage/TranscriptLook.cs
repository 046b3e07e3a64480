using System.Text;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>One look into a task's log: all that is read through it is of the same moment. Not safe for threads.</summary>
internal sealed class TranscriptLook(DashboardDbContext context, SqliteTransaction transaction, AgentTask task, long lastSeq) : IAsyncDisposable
{
    private const string EventColumns = "id, seq, type, at, run_id, data";

    private readonly List<SqliteCommand> commands = [];

    public AgentTask Task => task;

    /// <summary>The log's last event.</summary>
    public long LastSeq => lastSeq;

    public DashboardDbContext Context => context;

    /// <summary>Reads rows.</summary>
    /// <param name="sql">With <c>@task</c> for the task's key.</param>
    /// <param name="values">For <c>@0</c>, <c>@1</c> and so on.</param>
    public SqliteDataReader Query(string sql, params object?[] values)
    {
        // A reader ends with its command.
        var command = Command(sql, values);
        commands.Add(command);
        return command.ExecuteReader();
    }

    /// <summary>A number; null where there is none.</summary>
    public long? Number(string sql, params object?[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar() is long number ? number : null;
    }

    /// <summary>Events of the log.</summary>
    /// <param name="rest">What stands behind <c>WHERE task_key = @task AND</c>.</param>
    /// <param name="values">For <c>@0</c>, <c>@1</c> and so on.</param>
    public List<TaskEvent> Events(string rest, params object?[] values)
    {
        using var rows = Query($"SELECT {EventColumns} FROM events WHERE task_key = @task AND {rest}", values);
        var events = new List<TaskEvent>();
        while (rows.Read())
        {
            var type = rows.GetString(2);
            events.Add(new TaskEvent(
                rows.GetInt64(0), rows.GetInt64(1), type, StoreTime.FromStore(rows.GetInt64(3)), task.Id, rows.IsDBNull(4) ? null : rows.GetString(4), task.ChatId,
                EventJson.ReadData(type, Encoding.UTF8.GetBytes(rows.GetString(5))), default));
        }

        return events;
    }

    /// <summary>The first place at or behind a number where an entry begins that belongs to none before it; the number itself where none is near.</summary>
    public long Align(long seq)
    {
        const int near = 64;
        if (seq <= 1 || seq > lastSeq) return seq;
        return Number(
            """
            SELECT min(seq) FROM events WHERE task_key = @task AND seq BETWEEN @0 AND @1
                AND (type IN ('thought', 'tool_use') OR (type = 'message' AND json_extract(data, '$.role') = 'assistant'))
            """,
            seq, seq + near) ?? seq;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in commands) await command.DisposeAsync();
        await transaction.DisposeAsync();
        await context.DisposeAsync();
    }

    private SqliteCommand Command(string sql, object?[] values)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("@task", task.Key);
        for (var index = 0; index < values.Length; index++) command.Parameters.AddWithValue($"@{index}", values[index] ?? DBNull.Value);
        return command;
    }
}

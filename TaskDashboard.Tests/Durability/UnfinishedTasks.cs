using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability;

/// <summary>Makes a data directory as a process leaves it that is killed while very many tasks are at work.</summary>
/// <remarks>
/// A few tasks are really at work when their data are copied: one in the middle of its answer, one in the middle of a tool call. The others are
/// copies of their rows under other ids, whatever columns these have.
/// </remarks>
internal static class UnfinishedTasks
{
    /// <summary>What the tasks ask for: the builtin model, which is to carry on, does it in no time.</summary>
    private const string Message = "repeat hello";

    /// <param name="count">How many tasks are to be at work.</param>
    /// <returns>The data directory; it is for the caller to delete.</returns>
    public static async Task<string> SeedAsync(int count)
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an ", "answer"], never.Task, token))
            .Then(ScriptedModelProvider.Call("slow", "wait", ("seconds", 600))));
        var speaking = await engine.CreateAsync(Message);
        await engine.WatchUntilAsync(speaking.Id, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("answer", StringComparison.Ordinal));
        var calling = await engine.CreateAsync(Message);
        await engine.WaitForAsync(calling.Id, task => task.Reason == ReasonCodes.Tool);
        await engine.Services.GetRequiredService<OpenTextTable>().CheckpointAsync();

        var directory = engine.CopyAsLeftByAKill();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "taskdashboard.db")};Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ChangeAsync(connection, "UPDATE tasks SET model = 'builtin/assistant'; UPDATE runs SET model = 'builtin/assistant'");
        StoredTask[] templates = [await ReadTaskAsync(connection, speaking.Id), await ReadTaskAsync(connection, calling.Id)];
        for (var copy = templates.Length; copy < count; copy++) await CopyAsync(connection, templates[copy % templates.Length], copy);
        await transaction.CommitAsync();
        return directory;
    }

    private static async Task<StoredTask> ReadTaskAsync(SqliteConnection connection, string taskId)
    {
        var task = (await ReadAsync(connection, "tasks", "id", taskId)).Single();
        var key = (long)task["key"]!;
        var tables = new Dictionary<string, List<Dictionary<string, object?>>>
        {
            ["tasks"] = [task],
            ["chats"] = await ReadAsync(connection, "chats", "id", task["chat_id"]!),
            ["runs"] = await ReadAsync(connection, "runs", "task_key", key),
            ["steps"] = await ReadAsync(connection, "steps", "run_id", task["run_id"]!),
            ["messages"] = await ReadAsync(connection, "messages", "task_key", key),
            ["events"] = await ReadAsync(connection, "events", "task_key", key),
        };
        foreach (var row in tables["events"]) row.Remove("id");
        return new StoredTask(key, tables, [.. tables.SelectMany(table => table.Value).Select(row => row.GetValueOrDefault("id")).OfType<string>(), (string)task["session_id"]!]);
    }

    private static async Task CopyAsync(SqliteConnection connection, StoredTask task, int number)
    {
        foreach (var (table, rows) in task.Tables)
        {
            foreach (var row in rows) await InsertAsync(connection, table, row.ToDictionary(column => column.Key, column => Renamed(column, task, number)));
        }
    }

    /// <summary>Ids of the task, its runs, chat, session, steps and messages are other ones in the copy, wherever they stand.</summary>
    private static object? Renamed(KeyValuePair<string, object?> column, StoredTask task, int number) => column switch
    {
        { Key: "key" or "task_key" } => task.Key + (number * 1_000L),
        { Value: string text } => task.Ids.Aggregate(text, (renamed, id) => renamed.Replace(id, NewId(id, number), StringComparison.Ordinal)),
        _ => column.Value,
    };

    private static string NewId(string id, int number) => string.Concat(id.AsSpan(0, id.Length - 8), number.ToString("x8", CultureInfo.InvariantCulture));

    private static async Task<List<Dictionary<string, object?>>> ReadAsync(SqliteConnection connection, string table, string column, object value)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} WHERE {column} = $value";
        command.Parameters.AddWithValue("$value", value);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync()) rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, index => reader.IsDBNull(index) ? null : reader.GetValue(index)));
        return rows;
    }

    private static async Task InsertAsync(SqliteConnection connection, string table, Dictionary<string, object?> row)
    {
        await using var command = connection.CreateCommand();
        var columns = string.Join(", ", row.Keys.Select(column => $"\"{column}\""));
        command.CommandText = $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", row.Keys.Select(column => $"$v_{column}"))})";
        foreach (var (column, value) in row) command.Parameters.AddWithValue($"$v_{column}", value ?? DBNull.Value);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ChangeAsync(SqliteConnection connection, string change)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = change;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Everything that the store has of a task.</summary>
    /// <param name="Key">The store's number of it.</param>
    /// <param name="Tables">Its rows, by table.</param>
    /// <param name="Ids">The ids that are its own.</param>
    private sealed record StoredTask(long Key, Dictionary<string, List<Dictionary<string, object?>>> Tables, IReadOnlyList<string> Ids);
}

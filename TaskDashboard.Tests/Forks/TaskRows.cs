using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Tests.Forks;

/// <summary>Everything that the store has of one task, as text.</summary>
internal static class TaskRows
{
    private static readonly string[] Statements =
    [
        "SELECT * FROM tasks WHERE id = $id",
        "SELECT * FROM events WHERE task_key = (SELECT key FROM tasks WHERE id = $id) ORDER BY seq",
        "SELECT * FROM messages WHERE task_key = (SELECT key FROM tasks WHERE id = $id) ORDER BY id",
        "SELECT * FROM runs WHERE task_key = (SELECT key FROM tasks WHERE id = $id) ORDER BY id",
        "SELECT * FROM steps WHERE run_id IN (SELECT id FROM runs WHERE task_key = (SELECT key FROM tasks WHERE id = $id)) ORDER BY id",
        "SELECT * FROM requests WHERE task_key = (SELECT key FROM tasks WHERE id = $id) ORDER BY id",
        "SELECT * FROM attachments WHERE task_id = $id ORDER BY id",
        "SELECT * FROM chats WHERE id = (SELECT chat_id FROM tasks WHERE id = $id)",
    ];

    public static async Task<string> ReadAsync(Store store, string taskId)
    {
        await using var context = await store.Contexts.CreateDbContextAsync();
        await context.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        var picture = new StringBuilder();
        foreach (var text in Statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            command.Parameters.AddWithValue("$id", taskId);
            await using var reader = await command.ExecuteReaderAsync();
            picture.AppendLine(text);
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var value = reader.GetValue(column);
                    picture.Append(reader.GetName(column)).Append('=').Append(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)).Append('|');
                }

                picture.AppendLine();
            }
        }

        return picture.ToString();
    }
}

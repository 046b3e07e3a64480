using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Counts what happened in a chat behind an event.</summary>
internal static class ChatNewsQuery
{
    /// <summary>So many events behind the cursor are looked at: who was away for longer reads "more than" anyway.</summary>
    private const int MostEvents = 20_000;

    public static ChatNews Read(SqliteConnection connection, string chatId, long readId, IReadOnlyList<AgentTask> asking)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT events.id, task_key, type, json_extract(data, '$.role'), json_extract(data, '$.status'), tasks.id FROM events JOIN tasks ON tasks.key = task_key
            WHERE events.id IN (SELECT id FROM events WHERE task_key IN (SELECT key FROM tasks WHERE chat_id = @chat) AND +id > @read ORDER BY +id LIMIT {MostEvents})
                AND type IN ('message', 'status', 'request')
            ORDER BY events.id
            """;
        command.Parameters.AddWithValue("@chat", chatId);
        command.Parameters.AddWithValue("@read", readId);
        using var reader = command.ExecuteReader();
        var messages = 0;
        (long Id, string? TaskId) first = default;
        var endings = new Dictionary<long, string>();
        var asked = new HashSet<long>();
        while (reader.Read())
        {
            var key = reader.GetInt64(1);
            switch (reader.GetString(2))
            {
                case "message" when Text(reader, 3) == "assistant":
                    messages++;
                    break;
                case "status" when Text(reader, 4) is "completed" or "failed":
                    endings[key] = Text(reader, 4)!;
                    break;
                case "status":
                    // It went on, and has ended no more. A task that merely moves is no news.
                    endings.Remove(key);
                    continue;
                case "request" when asking.Any(task => task.Key == key):
                    asked.Add(key);
                    break;
                default:
                    continue;
            }

            if (first.Id == 0) first = (reader.GetInt64(0), reader.GetString(5));
        }

        return new ChatNews(readId, messages, endings.Values.Count(status => status == "completed"), endings.Values.Count(status => status == "failed"), asked.Count, first.Id, first.TaskId);
    }

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

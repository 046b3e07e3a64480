using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Requests;

namespace TaskDashboard.Core.Events;

/// <summary>What only the streams of chats show.</summary>
public static partial class EventJson
{
    internal static byte[] ChatSnapshot(ChatSnapshotFrame frame)
    {
        var writer = BeginObject();
        WriteChat(writer, frame.Chat);
        writer.WriteStartArray("tasks"u8);
        foreach (var task in frame.Tasks) JsonSerializer.Serialize(writer, task, Wire.AgentTask);
        writer.WriteEndArray();
        writer.WritePropertyName("open_requests"u8);
        JsonSerializer.Serialize(writer, (IReadOnlyList<TaskRequest>)[.. frame.Tasks.SelectMany(task => task.OpenRequests)], Wire.IReadOnlyListTaskRequest);
        writer.WriteStartArray("partials"u8);
        foreach (var partial in frame.Partials)
        {
            writer.WriteStartObject();
            writer.WriteString("message_id"u8, partial.Text.MessageId);
            writer.WriteString("role"u8, partial.Text.Role == EntryRole.Thought ? "thought"u8 : "assistant"u8);
            writer.WriteString("text"u8, partial.Text.Text);
            if (!partial.IsPrimary) writer.WriteString("task_id"u8, partial.TaskId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("last_id"u8, frame.LastId);
        if (frame.Resync) writer.WriteBoolean("resync"u8, true);
        writer.WriteString("chat_id"u8, frame.Chat.ChatId);
        return EndObject(writer);
    }

    /// <summary>The event of a primary task as its chat shows it: ordinary, without the task in its data.</summary>
    internal static byte[] InChat(TaskEvent @event)
    {
        // What stands before it are ids, names and a time: no quote in them could look like the name of the last property.
        var whole = @event.Json.Span;
        var head = whole.IndexOf("\"data\":"u8) + "\"data\":"u8.Length;
        var data = Data(@event.Data with { TaskId = null! });
        var json = new byte[head + data.Length + 1];
        whole[..head].CopyTo(json);
        data.CopyTo(json, head);
        json[^1] = (byte)'}';
        return json;
    }

    private static void WriteChat(Utf8JsonWriter writer, Chat chat)
    {
        writer.WriteStartObject("chat"u8);
        writer.WriteString("id"u8, chat.ChatId);
        writer.WriteString("title"u8, chat.Title);
        writer.WriteString("user_id"u8, chat.UserId);
        writer.WriteString("created_at"u8, chat.CreatedAt.UtcDateTime);
        writer.WriteString("updated_at"u8, chat.UpdatedAt.UtcDateTime);
        if (chat.ArchivedAt is { } archived) writer.WriteString("archived_at"u8, archived.UtcDateTime);
        else writer.WriteNull("archived_at"u8);
        writer.WriteEndObject();
    }

    internal static byte[] ChatMarker(string name, string chatId) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["type"] = name, ["chat_id"] = chatId }, Wire.DictionaryStringString);
}

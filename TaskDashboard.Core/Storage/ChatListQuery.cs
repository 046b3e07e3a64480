using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>One question to the list of chats as SQL: newest activity first, a page continues behind the last row by comparing with it.</summary>
internal sealed class ChatListQuery
{
    /// <summary>How many unread messages are counted of each task, and how many tasks of a chat are looked at, the newest of either.</summary>
    private const int MostUnread = 100;

    /// <summary>Whether a person may see a row of <c>chats</c>, as <see cref="TaskListQuery.VisibleTask"/> says it of tasks.</summary>
    private const string VisibleChat =
        "(person_id = {0} OR id IN (SELECT chat_id FROM chat_shares WHERE user_id = {0}) "
        + "OR (access_chat_id <> id AND access_chat_id IN (SELECT chat_id FROM chat_shares WHERE user_id = {0})))";

    private readonly List<(string Name, object Value)> parameters = [];
    private readonly List<string> filters = [];
    private readonly int limit;

    /// <param name="query">What is asked.</param>
    /// <param name="chatId">One chat alone, put away or not; null for a list.</param>
    public ChatListQuery(ChatQuery query, string? chatId = null)
    {
        if (query.Limit is < 1 or > TaskQuery.MaxLimit) throw RefusedException.Validation("limit", $"limit has to be a whole number from 1 to {TaskQuery.MaxLimit}.");
        limit = query.Limit;
        if (chatId is not null) Filter("id = {0}", chatId);
        else filters.Add(query.Archived ? "archived_at IS NOT NULL" : "archived_at IS NULL");
        if (!query.WithSubtasks) filters.Add("access_chat_id = id");
        if (query.VisibleTo is { } person) Filter(VisibleChat, person);
        if (!string.IsNullOrWhiteSpace(query.Search)) Search(query.Search.Trim());
        if (!string.IsNullOrEmpty(query.Cursor))
        {
            var (at, id) = ParseCursor(query.Cursor);
            parameters.Add(("@cursor_at", at));
            parameters.Add(("@cursor_id", id));
            filters.Add("(updated_at < @cursor_at OR (updated_at = @cursor_at AND id < @cursor_id))");
        }
    }

    /// <summary>One chat more than asked for tells whether there is a next page.</summary>
    public List<ChatSummary> ReadPage(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT id, title, user_id, created_at, updated_at, archived_at,
                (SELECT COUNT(*) FROM tasks WHERE chat_id = chats.id),
                (SELECT id FROM tasks WHERE chat_id = chats.id AND is_primary = 1 ORDER BY key LIMIT 1),
                (SELECT id FROM tasks WHERE chat_id = chats.id ORDER BY key LIMIT 1)
            FROM chats WHERE {string.Join(" AND ", filters)} ORDER BY updated_at DESC, id DESC LIMIT {limit + 1}
            """;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var chats = new List<ChatSummary>(limit + 1);
        while (reader.Read())
        {
            chats.Add(new ChatSummary
            {
                Id = reader.GetString(0),
                Title = reader.GetString(1),
                UserId = reader.GetString(2),
                CreatedAt = StoreTime.FromStore(reader.GetInt64(3)),
                UpdatedAt = StoreTime.FromStore(reader.GetInt64(4)),
                ArchivedAt = reader.IsDBNull(5) ? null : StoreTime.FromStore(reader.GetInt64(5)),
                TaskCount = reader.GetInt32(6),
                PrimaryTaskId = reader.IsDBNull(7) ? null : reader.GetString(7),
                FirstTaskId = reader.IsDBNull(8) ? null : reader.GetString(8),
            });
        }

        return chats;
    }

    /// <summary>How many messages of agents stand behind the place up to which the reader has seen a chat.</summary>
    public static int CountUnread(SqliteConnection connection, string chatId, string readerId)
    {
        using var command = connection.CreateCommand();

        // A task that has not moved since is passed over; of the others only the newest messages are looked at, by their index.
        command.CommandText = $"""
            WITH seen AS (SELECT COALESCE((SELECT last_id FROM chat_reads WHERE chat_id = @chat AND user_id = @reader), 0) AS id)
            SELECT COALESCE(SUM((
                SELECT COUNT(*) FROM (SELECT seq FROM messages WHERE task_key = moved.key AND role = 1 AND state = 2 ORDER BY seq DESC LIMIT {MostUnread}) AS said
                JOIN events ON events.task_key = moved.key AND events.seq = said.seq
                WHERE +events.id > (SELECT id FROM seen))), 0)
            FROM (SELECT tasks.key FROM tasks JOIN events ON events.task_key = tasks.key AND events.seq = tasks.last_seq
                  WHERE tasks.chat_id = @chat AND +events.id > (SELECT id FROM seen) ORDER BY tasks.key DESC LIMIT {MostUnread}) AS moved
            """;
        command.Parameters.AddWithValue("@chat", chatId);
        command.Parameters.AddWithValue("@reader", readerId);
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static string CursorBehind(ChatSummary chat) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{StoreTime.ToStore(chat.UpdatedAt)}|{chat.Id}")));

    private static (long At, string Id) ParseCursor(string text)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|');
            if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)) return (at, parts[1]);
        }
        catch (FormatException)
        {
            // Told below, with every other way to be wrong.
        }

        throw RefusedException.Validation("cursor", "The cursor is not one that this list gave out. Leave it away to begin at the start.");
    }

    private void Search(string words)
    {
        parameters.Add(("@title", $"%{words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%"));
        var match = SearchText.ForQuery(words);
        if (match is not null) parameters.Add(("@match", match));

        // Of what was said the newest matches only, as the list of tasks counts them.
        var said = match is null ? "" : $"""
             OR id IN (SELECT chat_id FROM tasks WHERE key IN
                (SELECT rowid >> {SearchIndex.KeyShift} FROM (SELECT rowid FROM search WHERE search MATCH @match ORDER BY rowid DESC LIMIT {TaskListQuery.MostCounted})))
            """;
        filters.Add($"(title LIKE @title ESCAPE '\\'{said})");
    }

    private void Filter(string condition, object value)
    {
        var name = $"@p{parameters.Count}";
        parameters.Add((name, value));
        filters.Add(string.Format(CultureInfo.InvariantCulture, condition, name));
    }
}

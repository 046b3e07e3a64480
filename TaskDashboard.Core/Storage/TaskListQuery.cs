using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// One question to the task list as SQL: filters, order, where the page begins. Values go in as parameters only. Pages continue behind the
/// last row by comparing with it, so that rows that come or go in between neither repeat nor hide others.
/// </summary>
internal sealed partial class TaskListQuery
{
    /// <summary>How many documents of a search are counted, newest first.</summary>
    public const int MostCounted = 10_000;

    private const int MatchesAtOnce = 256;

    /// <summary>Whether a person may see a row of <c>tasks</c>: it is theirs, or the chat that decides for it is shared with them; most often its own, which has an index.</summary>
    public const string VisibleTask =
        "(person_id = {0} OR chat_id IN (SELECT chat_id FROM chat_shares WHERE user_id = {0}) "
        + "OR (access_chat_id <> chat_id AND access_chat_id IN (SELECT chat_id FROM chat_shares WHERE user_id = {0})))";

    private readonly TaskQuery query;
    private readonly ListCursor? cursor;
    private readonly string? match;
    private readonly List<(string Name, object Value)> parameters = [];
    private readonly List<string> filters = [];
    private readonly string? statusFilter;

    public TaskListQuery(TaskQuery query)
    {
        this.query = query;
        if (query.Limit is < 1 or > TaskQuery.MaxLimit)
        {
            throw RefusedException.Validation("limit", $"limit has to be a whole number from 1 to {TaskQuery.MaxLimit}.");
        }

        cursor = ListCursor.Parse(query.Cursor, query.Sort);

        // Nobody has no name, and sees nothing; only null is somebody who sees everything.
        if (query.VisibleTo is { } person) Require(VisibleTask, person);
        Filter("agent_id = {0}", query.AgentId);
        Filter("chat_id = {0}", query.ChatId);
        Filter("parent_task_id = {0}", query.ParentId);
        Filter("model = {0}", query.Model);
        Filter("key = (SELECT task_key FROM runs WHERE id = {0})", query.RunId);
        Filter("created_at >= {0}", StoreTime.ToStore(query.From));
        Filter("created_at < {0}", StoreTime.ToStore(query.To));
        if (query.InGroup is { } group) FilterGroup(group);
        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            match = SearchText.ForQuery(query.Search);
            if (match is null) filters.Add("0"); // Nothing but punctuation: no word can match it.
        }

        if (query.Statuses.Count > 0)
        {
            statusFilter = $"status IN ({string.Join(", ", query.Statuses.Select(status => (int)status))})";
        }

        if (query.NeedsYou) statusFilter = statusFilter is null ? "attention = 0" : $"attention = 0 AND {statusFilter}";
    }

    /// <summary>True when the counts are those of all tasks, which are known without asking.</summary>
    public bool CountsAll => filters.Count == 0 && match is null;

    public List<AgentTask> ReadPage(SqliteConnection connection)
    {
        // One row more than asked for tells whether there is a next page.
        var wanted = query.Limit + 1;
        if (query.Sort == TaskSort.Newest) return ReadNewest(connection, null, wanted, cursor?.Key);
        if (query.Sort != TaskSort.Attention) return Read(connection, OrderOf(query.Sort), Matching, wanted, cursor);

        var tasks = new List<AgentTask>(wanted);
        var pastLive = cursor is { Value: "3" };
        if (!pastLive) tasks.AddRange(Read(connection, new Order("attention", false), $"attention < 3{(match is null ? "" : $" AND {MatchingOne}")}", wanted, cursor));
        if (tasks.Count < wanted)
        {
            tasks.AddRange(ReadNewest(connection, "attention = 3", wanted - tasks.Count, pastLive ? cursor!.Key : null));
        }

        return tasks;
    }

    /// <summary>Newest first. A search walks the index from its newest document on, and stops when the page is full.</summary>
    private List<AgentTask> ReadNewest(SqliteConnection connection, string? part, int wanted, long? before)
    {
        var newest = new Order("key", true);
        if (match is null) return Read(connection, newest, part, wanted, before is { } key ? new ListCursor(query.Sort, "", key) : null);

        var tasks = new List<AgentTask>(wanted);
        var bound = before ?? long.MaxValue >> SearchIndex.KeyShift;
        while (tasks.Count < wanted)
        {
            var keys = FindMatches(connection, ref bound);
            if (keys.Count == 0) break;
            tasks.AddRange(Read(connection, newest, $"key IN ({string.Join(", ", keys)}){(part is null ? "" : $" AND {part}")}", wanted - tasks.Count, null));
        }

        return tasks;
    }

    /// <summary>The keys of the next tasks with a matching document, newest first, and the bound behind the last of them.</summary>
    private List<long> FindMatches(SqliteConnection connection, ref long bound)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rowid FROM search WHERE {Found} AND rowid < @bound ORDER BY rowid DESC";
        command.Parameters.AddWithValue("@match", match);
        command.Parameters.AddWithValue("@bound", bound << SearchIndex.KeyShift);
        using var reader = command.ExecuteReader();
        var keys = new List<long>();
        while (keys.Count < MatchesAtOnce && reader.Read())
        {
            var key = reader.GetInt64(0) >> SearchIndex.KeyShift;
            if (keys.Count == 0 || keys[^1] != key) keys.Add(key);
        }

        if (keys.Count > 0) bound = keys[^1];
        return keys;
    }

    /// <summary>The ids of all that match, newest first.</summary>
    public List<string> ReadIds(SqliteConnection connection, int most)
    {
        using var command = connection.CreateCommand();
        string[] where = [.. filters, .. new[] { statusFilter, Matching }.OfType<string>()];
        Bind(command);
        command.CommandText = $"SELECT id FROM tasks{(where.Length == 0 ? "" : $" WHERE {string.Join(" AND ", where)}")} ORDER BY key DESC LIMIT {most}";
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }

    public string CursorBehind(AgentTask task) => new ListCursor(query.Sort, ValueOf(task), task.Key).ToString();

    /// <summary>How many tasks match the filters but that of the status, per status, and how many of them need a person.</summary>
    public (IReadOnlyDictionary<string, long> ByStatus, long NeedsYou) Count(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        var where = filters.Count == 0 ? "" : $"WHERE {string.Join(" AND ", filters)}";

        // The plus keeps SQLite from walking the index of the status for the grouping's sake, with a look into the table for each row: twice as long for 100,000.
        command.CommandText = $"SELECT status, COUNT(*), SUM(attention = 0) FROM {Counted} {where} GROUP BY +status";
        Bind(command);
        using var reader = command.ExecuteReader();
        var counts = AgentTaskStatusExtensions.All.ToDictionary(status => status.ToWire(), _ => 0L);
        var needsYou = 0L;
        while (reader.Read())
        {
            counts[((AgentTaskStatus)reader.GetInt32(0)).ToWire()] = reader.GetInt64(1);
            needsYou += reader.GetInt64(2);
        }

        return (counts, needsYou);
    }

    /// <summary>A search counts its newest matches only: all of them would cost more than the page itself, and nobody reads "84,113".</summary>
    private string Counted => match is null
        ? "tasks"
        : $"(SELECT DISTINCT rowid >> {SearchIndex.KeyShift} AS found FROM (SELECT rowid FROM search WHERE {Found} ORDER BY rowid DESC LIMIT {MostCounted})) JOIN tasks ON key = found";

    /// <summary>Which documents of the index count; those of title and agent name have no number of an event.</summary>
    private string Found => query.NamesOnly ? $"search MATCH @match AND rowid & {(1 << SearchIndex.KeyShift) - 1} = 0" : "search MATCH @match";

    /// <summary>For orders that the index cannot be walked in.</summary>
    private string? Matching => match is null ? null : $"key IN (SELECT rowid >> {SearchIndex.KeyShift} FROM search WHERE {Found})";

    /// <summary>For few tasks, each looked up in the index by its range of documents.</summary>
    private string MatchingOne =>
        $"EXISTS (SELECT 1 FROM search WHERE {Found} AND rowid BETWEEN key << {SearchIndex.KeyShift} AND (key << {SearchIndex.KeyShift}) | {(1 << SearchIndex.KeyShift) - 1})";

    private List<AgentTask> Read(SqliteConnection connection, Order order, string? part, int limit, ListCursor? from)
    {
        using var command = connection.CreateCommand();
        var where = new List<string>(filters);
        if (statusFilter is not null) where.Add(statusFilter);
        if (part is not null) where.Add(part);
        Bind(command);
        if (from is not null)
        {
            where.Add(order.Behind);
            command.Parameters.AddWithValue("@cursor_key", from.Key);
            if (order.Expression != "key") command.Parameters.AddWithValue("@cursor_value", order.Numeric ? long.Parse(from.Value, CultureInfo.InvariantCulture) : from.Value);
        }

        command.CommandText = new StringBuilder($"SELECT {RowMapping.TaskColumns} FROM tasks")
            .Append(where.Count == 0 ? "" : $" WHERE {string.Join(" AND ", where)}")
            .Append(" ORDER BY ").Append(order.Sql)
            .Append(" LIMIT ").Append(limit)
            .ToString();
        using var reader = command.ExecuteReader();
        var tasks = new List<AgentTask>(limit);
        while (reader.Read()) tasks.Add(RowMapping.ReadTask(reader));
        return tasks;
    }

    private void Filter(string condition, object? value)
    {
        if (value is not (null or "")) Require(condition, value);
    }

    private void Require(string condition, object value)
    {
        var name = $"@p{parameters.Count}";
        parameters.Add((name, value));
        filters.Add(string.Format(CultureInfo.InvariantCulture, condition, name));
    }

    private void Bind(SqliteCommand command)
    {
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        if (match is not null) command.Parameters.AddWithValue("@match", match);
    }

    private string ValueOf(AgentTask task) => query.Sort switch
    {
        TaskSort.Newest or TaskSort.Oldest => "",
        TaskSort.Attention => ((long)RowMapping.Attention(task)).ToText(),
        TaskSort.Title or TaskSort.TitleDescending => task.Title,
        TaskSort.Agent or TaskSort.AgentDescending => task.AgentName,
        TaskSort.Status or TaskSort.StatusDescending => ((long)task.Status).ToText(),
        TaskSort.Model or TaskSort.ModelDescending => task.Model,
        TaskSort.Started or TaskSort.StartedDescending => (StoreTime.ToStore(task.StartedAt) ?? 0).ToText(),
        TaskSort.Duration or TaskSort.DurationDescending => (task.DurationMs ?? -1).ToText(),
        _ => throw new InvalidOperationException($"The order {query.Sort} has no value."),
    };

    private static Order OrderOf(TaskSort sort) => sort switch
    {
        TaskSort.Newest => new Order("key", true),
        TaskSort.Oldest => new Order("key", false),
        TaskSort.Title => new Order("title", false, false),
        TaskSort.TitleDescending => new Order("title", true, false),
        TaskSort.Agent => new Order("agent_name", false, false),
        TaskSort.AgentDescending => new Order("agent_name", true, false),
        TaskSort.Status => new Order("status", false),
        TaskSort.StatusDescending => new Order("status", true),
        TaskSort.Model => new Order("model", false, false),
        TaskSort.ModelDescending => new Order("model", true, false),
        TaskSort.Started => new Order("COALESCE(started_at, 0)", false),
        TaskSort.StartedDescending => new Order("COALESCE(started_at, 0)", true),
        TaskSort.Duration => new Order("COALESCE(duration_ms, -1)", false),
        TaskSort.DurationDescending => new Order("COALESCE(duration_ms, -1)", true),
        _ => throw new InvalidOperationException($"The order {sort} is not a plain one."),
    };

    /// <summary>An order by an expression, ties by key with the newest first.</summary>
    private sealed record Order(string Expression, bool Descending, bool Numeric = true)
    {
        public string Sql => Expression == "key" ? $"key {Direction}" : $"{Expression}{Collation} {Direction}, key DESC";

        public string Behind => Expression == "key"
            ? $"key {Beyond} @cursor_key"
            : $"({Expression}{Collation} {Beyond} @cursor_value OR ({Expression} = @cursor_value AND key < @cursor_key))";

        private string Direction => Descending ? "DESC" : "ASC";

        private string Beyond => Descending ? "<" : ">";

        private string Collation => Numeric ? "" : " COLLATE BINARY";
    }
}

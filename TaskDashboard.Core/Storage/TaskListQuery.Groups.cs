using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Groups of the list: which there are, and the tasks of one. A group is a filter like any other, so its pages have cursors as the whole list's have.</summary>
internal sealed partial class TaskListQuery
{
    private static readonly AgentTaskStatus[] StatusOrder =
        [AgentTaskStatus.Waiting, AgentTaskStatus.Running, AgentTaskStatus.Pending, AgentTaskStatus.Completed, AgentTaskStatus.Failed, AgentTaskStatus.Cancelled];

    /// <param name="connection">A look at the store.</param>
    /// <param name="by">What the tasks are put together by.</param>
    /// <param name="counts">How many tasks match the filters but that of the status, and how many of them need a person.</param>
    public IReadOnlyList<TaskGroup> ReadGroups(SqliteConnection connection, TaskGrouping by, (IReadOnlyDictionary<string, long> ByStatus, long NeedsYou) counts) => by switch
    {
        TaskGrouping.Status => [.. StatusOrder
            .Where(status => (query.Statuses.Count == 0 || query.Statuses.Contains(status)) && (!query.NeedsYou || status == AgentTaskStatus.Waiting))
            .Select(status => new TaskGroup(new TaskGroupKey(TaskGrouping.Status, status.ToWire()), null, query.NeedsYou ? counts.NeedsYou : counts.ByStatus[status.ToWire()]))
            .Where(group => group.Count > 0)],
        TaskGrouping.Agent => ReadAgents(connection),
        _ => ReadParents(connection),
    };

    /// <summary>The name is that of the newest task: an agent may have been renamed, or be gone.</summary>
    private List<TaskGroup> ReadAgents(SqliteConnection connection) => Read(connection, $"""
            SELECT group_id, (SELECT agent_name FROM tasks WHERE agent_id = group_id ORDER BY key DESC LIMIT 1) AS title, members
            FROM (SELECT agent_id AS group_id, COUNT(*) AS members FROM {Counted} {Where()} GROUP BY {(filters.Count == 0 ? "" : "+")}agent_id)
            ORDER BY title COLLATE NOCASE, group_id
            """)
        .ConvertAll(row => new TaskGroup(new TaskGroupKey(TaskGrouping.Agent, row.Value), row.Title, row.Count));

    /// <summary>Ids grow with time, so the parents that have no group of their own are those before the last that has one.</summary>
    private List<TaskGroup> ReadParents(SqliteConnection connection)
    {
        var visible = query.VisibleTo is null ? "" : $" AND {VisibleTask.Replace("{0}", parameters[0].Name, StringComparison.Ordinal)}";
        var groups = Read(connection, $"""
                SELECT group_id, (SELECT title FROM tasks WHERE id = group_id{visible}), members
                FROM (SELECT parent_task_id AS group_id, COUNT(*) AS members FROM {Counted} {Where("parent_task_id IS NOT NULL")}
                      GROUP BY parent_task_id ORDER BY parent_task_id DESC LIMIT {TaskGroupList.MostParents})
                ORDER BY group_id DESC
                """)
            .ConvertAll(row => new TaskGroup(new TaskGroupKey(TaskGrouping.Parent, row.Value), row.Title, row.Count));
        var withParent = CountWhere(connection, "parent_task_id IS NOT NULL");
        var all = CountWhere(connection, null);
        if (withParent - groups.Sum(group => group.Count) is > 0 and var older)
            groups.Add(new TaskGroup(new TaskGroupKey(TaskGrouping.Parent, TaskGroupList.OlderMark + groups[^1].Key.Value!), null, older));
        if (all > withParent) groups.Add(new TaskGroup(new TaskGroupKey(TaskGrouping.Parent, null), null, all - withParent));
        return groups;
    }

    private void FilterGroup(TaskGroupKey group)
    {
        switch (group)
        {
            case { By: TaskGrouping.Status, Value: var wire }:
                if (AgentTaskStatusExtensions.TryParse(wire, out var status)) Require("status = {0}", (int)status);
                else filters.Add("0");
                break;
            case { By: TaskGrouping.Agent, Value: var agent }:
                Require("agent_id = {0}", agent ?? "");
                break;
            case { Value: null }:
                filters.Add("parent_task_id IS NULL");
                break;
            case { Value: [TaskGroupList.OlderMark, .. var oldest] }:
                Require("parent_task_id < {0}", oldest);
                break;
            case { Value: var parent }:
                Require("parent_task_id = {0}", parent);
                break;
        }
    }

    private long CountWhere(SqliteConnection connection, string? more) => Read(connection, $"SELECT NULL, NULL, COUNT(*) FROM {Counted} {Where(more)}").Single().Count;

    private string Where(string? more = null)
    {
        string[] all = [.. filters, .. new[] { statusFilter, more }.OfType<string>()];
        return all.Length == 0 ? "" : $"WHERE {string.Join(" AND ", all)}";
    }

    private List<(string? Value, string? Title, long Count)> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Bind(command);
        using var reader = command.ExecuteReader();
        var rows = new List<(string?, string?, long)>();
        while (reader.Read()) rows.Add((reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2)));
        return rows;
    }
}

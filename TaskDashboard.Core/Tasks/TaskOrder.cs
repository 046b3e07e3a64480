using System.Security.Cryptography;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;

namespace TaskDashboard.Core.Tasks;

/// <summary>What tells orders of tasks from each other.</summary>
internal static class TaskOrder
{
    /// <summary>
    /// What makes two orders the same: who is to do it, where, after what and when, what is said, and the metadata, in whichever order they stand.
    /// </summary>
    public static string Of(CreateTask command, string? parentId, string model)
    {
        var order = new Dictionary<string, object?>
        {
            ["agent_id"] = command.AgentId,
            ["chat_id"] = command.ChatId,
            ["parent"] = parentId,
            ["model"] = model,
            ["name"] = command.Name,
            ["message"] = command.Message,
            ["metadata"] = command.Metadata is null or { Count: 0 } ? null : command.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray(),
            ["work_dir"] = command.WorkDir,
            ["depends_on"] = command.DependsOn.Count == 0 ? null : command.DependsOn.OrderBy(edge => edge.TaskId, StringComparer.Ordinal).ToArray(),
            ["delay_until"] = command.DelayUntil,
        };

        // Only where it was said: the orders of tasks that are live from before they could be said stay the same.
        if (command.AddDirs.Count > 0) order["add_dirs"] = command.AddDirs.Order(StringComparer.Ordinal).ToArray();
        if (command.EnableSkills is false) order["enable_skills"] = false;
        if (command.EnableMcp is false) order["enable_mcp"] = false;
        if (command.Worktree) order["worktree"] = true;

        // Two people who order the same mean two tasks.
        if (command.PersonId is { } person and not KnownUsers.Local) order["person"] = person;

        // Named only where there are some: orders from before there were attachments stay the same.
        if (command.Attachments is { Count: > 0 } files) order["attachments"] = files;
        return Digest(order);
    }

    /// <summary>SHA-256 of something that is written as JSON.</summary>
    public static string Digest<TContent>(TContent content) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, EventJson.Options)));
}

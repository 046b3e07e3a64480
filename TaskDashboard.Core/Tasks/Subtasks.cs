using System.Globalization;
using System.Text;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// What a task at work can do with other tasks: start some below itself, speak to them, stop them, wait for them. It reaches its direct children
/// and its parent, and nobody else.
/// </summary>
internal sealed class Subtasks(Store store, TaskCreation creation, TaskStopping stopping, AgentStore agents, IdSource ids)
{
    /// <summary>Names that stand for somebody, and therefore for nobody's name.</summary>
    public static readonly string[] ReservedNames = ["parent", "self", "all", "broadcast"];

    /// <summary>Starts a task below the one at work.</summary>
    /// <exception cref="RefusedException">As for every new task; <c>parent_stopped</c> once the task at work is being stopped.</exception>
    public async Task<AgentTask> SpawnAsync(Lineage by, SpawnTask order, CancellationToken cancellationToken)
    {
        var self = await SelfAsync(by, cancellationToken);
        var agentId = order.Agent is null ? by.AgentId : await FindAgentAsync(order.Agent, cancellationToken);
        var created = await creation.CreateAsync(
            new CreateTask
            {
                AgentId = agentId,
                Message = order.Message,
                Name = order.Name,
                Title = order.Title,
                Model = order.Model,
                WorkDir = Directory.Exists(self.WorkDir) ? self.WorkDir : null,
                AddDirs = [.. self.Settings.AddDirs.Where(Directory.Exists)],
                EnableSkills = self.Settings.EnableSkills,
                EnableMcp = self.Settings.EnableMcp,
                AcceptsMessages = order.AcceptsMessages,
                AllowDuplicates = true, // Three dice are three throws.
            },
            cancellationToken);
        return created.Task;
    }

    /// <summary>Speaks to a direct child, to all of them (<c>all</c>), or to the parent (<c>parent</c>). Answers with who was reached.</summary>
    /// <exception cref="RefusedException">
    /// <c>task_not_found</c>, <c>not_owner</c>, <c>task_terminated</c>, <c>no_inbox</c>, <c>inbox_closed</c>.
    /// </exception>
    public async Task<IReadOnlyList<AgentTask>> SendAsync(Lineage by, string to, string text, MessageMode mode, CancellationToken cancellationToken)
    {
        TaskValidation.Check(new SendMessage(text, mode));
        var self = await SelfAsync(by, cancellationToken);
        if (to is "all" or "broadcast")
        {
            var children = (await ListAsync(by, cancellationToken)).Where(child => !child.Status.IsTerminal()).ToList();
            if (children.Count == 0) throw SubtaskRefusal.NotFound("any live task of yours");
            var reached = new List<AgentTask>();
            foreach (var child in children.Where(child => SubtaskRefusal.ForMessage(child) is null)) reached.Add(await PutAsync(self, child, text, mode));
            return reached;
        }

        var target = to == "parent"
            ? await ParentAsync(self, cancellationToken)
            : await FindChildAsync(by, to, cancellationToken);
        return [await PutAsync(self, target, text, mode)];
    }

    /// <summary>Cancels a direct child and everything below it. Answers with how many live tasks were signalled.</summary>
    /// <exception cref="RefusedException"><c>task_not_found</c>, <c>not_owner</c>, <c>task_terminated</c>.</exception>
    public async Task<int> CancelAsync(Lineage by, string target, CancellationToken cancellationToken)
    {
        var self = await SelfAsync(by, cancellationToken);
        var child = await FindChildAsync(by, target, cancellationToken);
        if (child.Status.IsTerminal()) throw SubtaskRefusal.Terminated(child);
        return (await stopping.CancelAsync(child.Id, CancelScope.Tree, $"“{self.Name ?? self.Title}”", cancellationToken)).CancelledCount;
    }

    /// <summary>The direct children, oldest first, ended ones too.</summary>
    public async Task<IReadOnlyList<AgentTask>> ListAsync(Lineage by, CancellationToken cancellationToken) =>
        await store.Reader.ListChildrenAsync(by.TaskId, cancellationToken);

    /// <summary>A direct child by its id, or by the name that it has while it is live.</summary>
    /// <exception cref="RefusedException"><c>task_not_found</c>; <c>not_owner</c> for a task that is not a direct child.</exception>
    /// <param name="by">The task at work.</param>
    /// <param name="idOrName">Whom.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <param name="orEnded">True to take a name for the last child that had it, where no live one has: who waits for a child may come too late.</param>
    public async Task<AgentTask> FindChildAsync(Lineage by, string idOrName, CancellationToken cancellationToken, bool orEnded = false)
    {
        var children = await ListAsync(by, cancellationToken);
        if (children.FirstOrDefault(child => child.Id == idOrName) is { } byId) return byId;
        if (children.FirstOrDefault(child => child.Name == idOrName && !child.Status.IsTerminal()) is { } byName) return byName;
        if (orEnded && children.LastOrDefault(child => child.Name == idOrName) is { } ended) return ended;
        throw await store.Reader.FindAsync(idOrName, cancellationToken) is null ? SubtaskRefusal.NotFound(idOrName) : SubtaskRefusal.NotOwner(idOrName);
    }

    /// <summary>What a task that has ended said last, as its parent is told.</summary>
    public async Task<string> OutcomeAsync(AgentTask child, CancellationToken cancellationToken) =>
        SubtaskNews.Text(child, child.Status == AgentTaskStatus.Completed ? await store.Reader.FindLastWordAsync(child, cancellationToken) : null);

    /// <summary>One line for each task.</summary>
    public static string Describe(IReadOnlyList<AgentTask> tasks)
    {
        var lines = new StringBuilder();
        foreach (var task in tasks)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{task.Id}{(task.Name is { } name ? $" ({name})" : "")}: {task.Status.ToWire()} – {task.Title}");
            if (task.ReasonText is { } reason && task.Status != AgentTaskStatus.Completed) lines.Append(CultureInfo.InvariantCulture, $" – {reason}");
            lines.Append('\n');
        }

        return lines.ToString().TrimEnd('\n');
    }

    private async Task<AgentTask> PutAsync(AgentTask self, AgentTask target, string text, MessageMode mode)
    {
        RefusedException? refusal = null;
        var words = $"“{self.Name ?? self.Title}” ({self.Id}) says: {text}";
        var result = await store.Log.ChangeAsync(target.Id, (current, view) =>
        {
            refusal = SubtaskRefusal.ForMessage(current);
            return refusal is null ? SubtaskNews.Word(current, self.Id, words, mode, ids, view.Now) : null;
        });
        if (result.Outcome == ChangeOutcome.NotFound) throw SubtaskRefusal.NotFound(target.Id);
        return refusal is null ? result.Task! : throw refusal;
    }

    private async Task<AgentTask> ParentAsync(AgentTask self, CancellationToken cancellationToken) =>
        self.ParentTaskId is { } parentId && await store.Reader.FindAsync(parentId, cancellationToken) is { } parent ? parent : throw SubtaskRefusal.NotFound("parent");

    private async Task<AgentTask> SelfAsync(Lineage by, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(by.TaskId, cancellationToken) ?? throw RefusedException.NotFound("task", by.TaskId);

    private async Task<string> FindAgentAsync(string idOrName, CancellationToken cancellationToken)
    {
        // One that is archived is found by its id, and then refused in words of its own.
        if (await agents.FindAsync(idOrName, cancellationToken) is { } known) return known.Id;
        var all = await agents.ListAvailableAsync(cancellationToken);
        var found = all.FirstOrDefault(agent => agent.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase));
        return found?.Id ?? throw RefusedException.Validation("agent", $"There is no agent {idOrName}. There are: {string.Join(", ", all.Select(agent => agent.Name))}.");
    }
}

/// <summary>What a task at work may say of a task that it starts.</summary>
internal sealed record SpawnTask(string Message)
{
    /// <summary>Id or name of an agent; null for its own.</summary>
    public string? Agent { get; init; }

    public string? Name { get; init; }

    public string? Title { get; init; }

    public string? Model { get; init; }

    /// <summary>False for one that is not to be spoken to.</summary>
    public bool AcceptsMessages { get; init; } = true;
}

using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Templates;

/// <summary>Makes a template out of a task that was made by hand.</summary>
internal sealed class TaskToTemplate(Store store)
{
    private const int MostLooked = 20;

    public async Task<TemplateDefinition> DraftAsync(string taskId, IReadOnlyCollection<string> places, CancellationToken cancellationToken)
    {
        var task = await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
        var entries = await store.Reader.ListMessagesAsync(taskId, 0, MostLooked, cancellationToken);
        var message = entries.FirstOrDefault(entry => entry.Role == EntryRole.User)?.Text ?? "";
        var settings = task.Settings;
        return new TemplateDefinition
        {
            Name = task.Title.Length > TemplateValidation.MaxNameLength ? $"{task.Title[..(TemplateValidation.MaxNameLength - 1)]}…" : task.Title,
            Message = TemplateText.Escape(message, places),
            AgentId = task.AgentId,

            // The model of an agent that a trigger names is for its run alone.
            Model = settings.Triggered?.OwnModel ?? task.Model,
            Title = task.Title == TaskTitle.FromMessage(message) ? null : TemplateText.Escape(task.Title, places),
            WorkDir = settings.Worktree?.Repository ?? (task.WorkDir == store.Directory.WorkDirOf(taskId) ? null : task.WorkDir),
            Worktree = settings.Worktree is not null,
            AddDirs = settings.AddDirs,
            Priority = task.Priority == AgentTask.DefaultPriority ? null : task.Priority,
            TimeoutS = task.TimeoutS,
            EnableSkills = settings.EnableSkills,
            EnableMcp = settings.EnableMcp,
        };
    }
}

using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>When and how a new task is to run, as a person fills it in. Left alone, it starts at once.</summary>
public sealed class NewTaskOptions
{
    /// <summary>Ids of the tasks that it starts after.</summary>
    public IEnumerable<string> StartAfter { get; set; } = [];

    /// <summary>It starts also when one of them fails.</summary>
    public bool EvenAfterFailure { get; set; }

    /// <summary>Date and time on the person's own clock, as the browser writes them; empty for at once.</summary>
    public string? NotBefore { get; set; }

    public int Attempts { get; set; } = 1;

    public int Priority { get; set; } = AgentTask.DefaultPriority;

    public string? Name { get; set; }

    /// <summary>The folder that it works in; empty for one of its own.</summary>
    public string? WorkDir { get; set; }

    /// <summary>It works in a git worktree of the repository that <see cref="WorkDir"/> is in.</summary>
    public bool Worktree { get; set; }

    /// <summary>Further folders, one on each line.</summary>
    public string? AddDirs { get; set; }

    public bool Skills { get; set; } = true;

    public bool Mcp { get; set; } = true;

    /// <summary>Takes from a template what it says about these; without one, they are as they were in the beginning.</summary>
    public void Fill(TemplateDefinition? template)
    {
        Priority = template?.Priority ?? AgentTask.DefaultPriority;
        WorkDir = template?.WorkDir;
        Worktree = template?.Worktree ?? false;
        AddDirs = template is null ? null : string.Join('\n', template.AddDirs);
        Skills = template?.EnableSkills ?? true;
        Mcp = template?.EnableMcp ?? true;
    }

    /// <param name="command">What else is asked for.</param>
    /// <param name="notBefore"><see cref="NotBefore"/> as a moment.</param>
    public CreateTask AddTo(CreateTask command, DateTimeOffset? notBefore) => command with
    {
        DependsOn = [.. StartAfter.Select(taskId => new TaskDependency(taskId, EvenAfterFailure ? DependencyFailure.Continue : DependencyFailure.Fail))],
        DelayUntil = notBefore?.ToUniversalTime(),
        MaxAttempts = Attempts == 1 ? null : Attempts,
        Priority = Priority == AgentTask.DefaultPriority ? null : Priority,
        Name = string.IsNullOrWhiteSpace(Name) ? null : Name.Trim(),
        WorkDir = string.IsNullOrWhiteSpace(WorkDir) ? null : WorkDir.Trim(),
        Worktree = Worktree && !string.IsNullOrWhiteSpace(WorkDir),
        AddDirs = [.. (AddDirs ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        EnableSkills = Skills ? null : false,
        EnableMcp = Mcp ? null : false,
    };
}

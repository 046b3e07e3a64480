using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api;

/// <summary>A version of a template as it is shown.</summary>
/// <param name="Id">The template.</param>
/// <param name="Version">Which of its versions this is.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">For people who choose one.</param>
/// <param name="Message">What the agent is told, with its places.</param>
/// <param name="AgentId">Who gets the tasks.</param>
/// <param name="Model">null takes the agent's.</param>
/// <param name="Title">null takes the beginning of the message.</param>
/// <param name="WorkDir">null gives each task a folder of its own.</param>
/// <param name="AddDirs">Further folders.</param>
/// <param name="Worktree">Whether each task gets a worktree.</param>
/// <param name="Priority">null means 1.</param>
/// <param name="TimeoutS">null for the configured one.</param>
/// <param name="Metadata">null for none.</param>
/// <param name="EnableSkills">false turns them off.</param>
/// <param name="EnableMcp">false turns them off.</param>
/// <param name="Parameters">What is asked for at each run.</param>
/// <param name="UnusedParameters">Those that neither the message nor the title has a place for.</param>
/// <param name="UsedBy">Ids of the triggers that use the template, in whichever version.</param>
/// <param name="CreatedAt">Of version 1.</param>
/// <param name="UpdatedAt">Of this version.</param>
internal sealed record TemplateAnswer(
    string Id, int Version, string Name, string Description, string Message, string AgentId, string? Model, string? Title, string? WorkDir, IReadOnlyList<string> AddDirs, bool Worktree,
    int? Priority, int? TimeoutS, IReadOnlyDictionary<string, string>? Metadata, bool? EnableSkills, bool? EnableMcp, IReadOnlyList<TemplateParameter> Parameters,
    IReadOnlyList<string> UnusedParameters, IReadOnlyList<string> UsedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static TemplateAnswer Of(TaskTemplate template, ITriggerService triggers)
    {
        var set = template.Definition;
        return new TemplateAnswer(
            template.Id, template.Version, set.Name, set.Description, set.Message, set.AgentId, set.Model, set.Title, set.WorkDir, set.AddDirs, set.Worktree,
            set.Priority, set.TimeoutS, set.Metadata, set.EnableSkills, set.EnableMcp, set.Parameters, set.UnusedParameters,
            [.. triggers.List().Where(trigger => trigger.Definition.Template?.TemplateId == template.Id).Select(trigger => trigger.Id)],
            template.CreatedAt, template.UpdatedAt);
    }
}

/// <summary>What a run of a template would say.</summary>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Message">What the agent would be told.</param>
/// <param name="Title">null where the beginning of the message is the title.</param>
internal sealed record TemplatePreview(int Version, string Message, string? Title);

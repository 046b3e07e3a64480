using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.ViewModels.Templates;

/// <summary>A template as it is being filled in. What the form has no field for stays as it is.</summary>
public sealed class TemplateDraft
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Message { get; set; } = "";

    public string Title { get; set; } = "";

    public string AgentId { get; set; } = "";

    /// <summary>Empty for the agent's own.</summary>
    public string Model { get; set; } = "";

    public NewTaskOptions Place { get; } = new();

    public List<ParameterDraft> Parameters { get; } = [];

    /// <summary>Names that message or title have a place for, and no parameter has.</summary>
    public IReadOnlyList<string> Missing => [.. Places.Where(name => Parameters.TrueForAll(parameter => parameter.Name.Trim() != name))];

    /// <summary>Names of parameters that neither has a place for.</summary>
    public IReadOnlyList<string> Unused => [.. Parameters.Select(parameter => parameter.Name.Trim()).Where(name => name.Length > 0 && !Places.Contains(name))];

    private List<string> Places => [.. TemplateRendering.Placeholders(Message).Union(TemplateRendering.Placeholders(Title))];

    public static TemplateDraft Of(TemplateDefinition definition)
    {
        var draft = new TemplateDraft
        {
            Name = definition.Name,
            Description = definition.Description,
            Message = definition.Message,
            Title = definition.Title ?? "",
            AgentId = definition.AgentId,
            Model = definition.Model ?? "",
        };
        draft.Place.Fill(definition);
        draft.Parameters.AddRange(definition.Parameters.Select(ParameterDraft.Of));
        return draft;
    }

    /// <param name="definition">What it was before.</param>
    /// <param name="errors">Gets what cannot be read, by field.</param>
    public TemplateDefinition ApplyTo(TemplateDefinition definition, Dictionary<string, string[]> errors)
    {
        var place = Place.AddTo(new Core.Tasks.CreateTask { AgentId = AgentId, Message = Message }, null);
        return definition with
        {
            Name = Name.Trim(),
            Description = Description.Trim(),
            Message = Message,
            Title = string.IsNullOrWhiteSpace(Title) ? null : Title.Trim(),
            AgentId = AgentId,
            Model = Model.Length == 0 ? null : Model,
            WorkDir = place.WorkDir,
            Worktree = place.Worktree,
            AddDirs = place.AddDirs,
            EnableSkills = place.EnableSkills,
            EnableMcp = place.EnableMcp,
            Parameters = [.. Parameters.Select((parameter, index) => parameter.Read(index, errors))],
        };
    }
}

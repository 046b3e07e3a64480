using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/templates and PATCH /api/templates/{id} take; for the latter, what is absent stays, and null takes it away.</summary>
internal sealed record TemplateBody
{
    [Description("Required for a new one; up to 100 characters, and no other template has it.")]
    public string? Name { get; init; }

    [Description("For people who choose a template.")]
    public string? Description { get; init; }

    [Description("Required for a new one. What the agent is told: {{name}} is the place of a parameter, {{{{ stands for two braces.")]
    public string? Message { get; init; }

    [Description("Required for a new one. The agent that gets the tasks.")]
    public string? AgentId { get; init; }

    [Description("provider/model. Default: the agent's.")]
    public JsonElement Model { get; init; }

    [Description("May have places as the message has. Default: the beginning of the message.")]
    public JsonElement Title { get; init; }

    [Description("As of a task.")]
    public JsonElement WorkDir { get; init; }

    [Description("As of a task. Replaces the whole list.")]
    public IReadOnlyList<string?>? AddDirs { get; init; }

    [Description("As of a task.")]
    public bool? Worktree { get; init; }

    [Description("As of a task.")]
    public JsonElement Priority { get; init; }

    [Description("As of a task.")]
    public JsonElement TimeoutS { get; init; }

    [Description("As of a task. Replaces the whole object.")]
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    [Description("As of a task.")]
    public JsonElement EnableSkills { get; init; }

    [Description("As of a task.")]
    public JsonElement EnableMcp { get; init; }

    [Description("What is asked for at each run. Replaces the whole list.")]
    public IReadOnlyList<ParameterBody?>? Parameters { get; init; }

    public TemplateDefinition ToDefinition() => ApplyTo(new TemplateDefinition { Name = "", Message = "", AgentId = "" });

    /// <summary>The template with this body's values in it; those that are absent stay.</summary>
    public TemplateDefinition ApplyTo(TemplateDefinition definition)
    {
        var errors = new FieldErrors();
        if (AddDirs?.Any(folder => folder is null) == true) errors.Add("add_dirs", "add_dirs has a null in it: each entry is the path of a folder.");
        var changed = definition with
        {
            Name = Name ?? definition.Name,
            Description = Description ?? definition.Description,
            Message = Message ?? definition.Message,
            AgentId = AgentId ?? definition.AgentId,
            Model = NullableText.Read("model", Model, definition.Model, errors),
            Title = NullableText.Read("title", Title, definition.Title, errors),
            WorkDir = NullableText.Read("work_dir", WorkDir, definition.WorkDir, errors),
            AddDirs = AddDirs is null ? definition.AddDirs : [.. AddDirs.OfType<string>()],
            Worktree = Worktree ?? definition.Worktree,
            Priority = (int?)NullableText.ReadNumber("priority", Priority, definition.Priority, errors),
            TimeoutS = (int?)NullableText.ReadNumber("timeout_s", TimeoutS, definition.TimeoutS, errors),
            Metadata = MetadataText.Read(Metadata, errors, nullRemoves: false)?.ToDictionary(entry => entry.Key, entry => entry.Value!) ?? definition.Metadata,
            EnableSkills = NullableText.ReadFlag("enable_skills", EnableSkills, definition.EnableSkills, errors),
            EnableMcp = NullableText.ReadFlag("enable_mcp", EnableMcp, definition.EnableMcp, errors),
            Parameters = Parameters is null ? definition.Parameters : ParameterBody.ReadAll(Parameters, errors),
        };
        errors.Refuse();
        return changed;
    }
}

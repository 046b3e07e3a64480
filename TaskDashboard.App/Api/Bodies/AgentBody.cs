using System.ComponentModel;
using System.Text.RegularExpressions;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What the endpoints under /api/agents take.</summary>
internal sealed partial record AgentBody
{
    private const int MaxNameLength = 100;

    [Description("Required for a new agent; up to 100 characters.")]
    public string? Name { get; init; }

    [Description("One sentence for people who choose an agent.")]
    public string? Description { get; init; }

    [Description("Goes to the model before everything else.")]
    public string? Instructions { get; init; }

    [Description("provider/model. Empty: the configured default.")]
    public string? Model { get; init; }

    [Description("Names of the tools that it may use.")]
    public IReadOnlyList<string>? Tools { get; init; }

    [Description("Accent colour, as #rrggbb.")]
    public string? Color { get; init; }

    [Description("Names of the skills that it may load. Default: every one that there is; with null for a new agent as well.")]
    public IReadOnlyList<string>? Skills { get; init; }

    [Description("Which tool calls need a person's approval.")]
    public ApprovalBody? Approval { get; init; }

    /// <summary>The agent with this body's values in it; those that are absent stay.</summary>
    public AgentDefinition ApplyTo(AgentDefinition agent, IModelCatalog models, ToolCatalog tools)
    {
        var errors = new FieldErrors();
        var changed = agent with
        {
            Name = Name?.Trim() ?? agent.Name,
            Description = Description ?? agent.Description,
            Instructions = Instructions ?? agent.Instructions,
            Model = Model is null ? agent.Model : Model.Length == 0 ? null : Model,
            Tools = Tools ?? agent.Tools,
            Color = Color ?? agent.Color,
            Skills = Skills ?? agent.Skills,
            Approval = Approval?.ApplyTo(agent.Approval, errors) ?? agent.Approval,
        };
        if (changed.Name.Length == 0) errors.Add("name", "name is missing.");
        if (changed.Name.Length > MaxNameLength) errors.Add("name", $"name is longer than {MaxNameLength} characters.");
        if (changed.Model is not null && !models.TryResolve(changed.Model, out _, out _, out var problem)) errors.Add("model", problem);
        foreach (var tool in changed.Tools.Where(tool => !tools.Names.Contains(tool))) errors.Add("tools", $"There is no tool {tool}.");
        if (!HexColor().IsMatch(changed.Color)) errors.Add("color", "color has to look like #4f6bed.");
        errors.Refuse();
        return changed;
    }

    [GeneratedRegex(@"\A#[0-9a-fA-F]{6}\z")]
    private static partial Regex HexColor();
}

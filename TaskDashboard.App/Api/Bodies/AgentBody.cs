using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What the endpoints under /api/agents take.</summary>
internal sealed record AgentBody
{
    [Description("Required for a new agent; up to 100 characters.")]
    public string? Name { get; init; }

    [Description("One sentence for people who choose an agent.")]
    public string? Description { get; init; }

    [Description("Goes to the model before everything else.")]
    public string? Instructions { get; init; }

    [Description("provider/model. Empty: the model of its role.")]
    public string? Model { get; init; }

    [Description("Which entry of TaskDashboard:Roles names the model of an agent that has none of its own. Default task.")]
    public string? Role { get; init; }

    [Description("Names of the tools that it may use.")]
    public IReadOnlyList<string>? Tools { get; init; }

    [Description("Servers of the Model Context Protocol whose tools it may use. Replaces the whole list; a value that is sent back masked stays as it was.")]
    public IReadOnlyList<McpServerBody>? McpServers { get; init; }

    [Description("Accent colour, as #rrggbb.")]
    public string? Color { get; init; }

    [Description("Names of the skills that it may load. Default: every one that there is; with null for a new agent as well.")]
    public IReadOnlyList<string>? Skills { get; init; }

    [Description("Which tool calls need a person's approval.")]
    public ApprovalBody? Approval { get; init; }

    [Description("What each run may use up. Replaces all of them; what is absent or null takes the server's setting. max_steps 1 to 10,000; timeout_seconds 1 to 2,592,000; max_tokens from 1; max_cost in US dollars above 0, held only where a price is known for the model.")]
    public AgentLimits? Limits { get; init; }

    [Description("Existing folder, absolute, for tasks that name none. Empty: each has a folder of its own.")]
    public string? WorkDir { get; init; }

    [Description("Further folders, for tasks that name none; up to 10.")]
    public IReadOnlyList<string>? AddDirs { get; init; }

    [Description("true: it takes no new tasks, and its live ones go on. false brings it back.")]
    public bool? Archived { get; init; }

    [Description("The version that the change was made for: 409 agent_changed when it is another one by now. Absent: whatever it is.")]
    public long? Version { get; init; }

    /// <summary>The agent with this body's values in it; those that are absent stay.</summary>
    /// <param name="agent">What to change.</param>
    /// <param name="stored">The agent as it is stored: where masked values are kept, and what it may go on naming. Null for a new one.</param>
    /// <param name="known">What there is here.</param>
    /// <param name="missing">Is told what the agent names that is not here; null refuses that.</param>
    /// <exception cref="RefusedException"><c>validation</c>; <c>agent_changed</c>.</exception>
    public AgentDefinition ApplyTo(AgentDefinition agent, AgentDefinition? stored, AgentSurroundings known, ICollection<string>? missing = null)
    {
        if (Version is { } version && stored is not null && stored.Version != version)
        {
            throw RefusedException.Conflict("agent_changed", $"The agent {stored.Name} was changed by somebody else since it was read (version {stored.Version}, not {version}). Nothing was stored; read it again, and make the change to what it is now.");
        }

        var errors = new FieldErrors();
        var now = known.Time.GetUtcNow();
        var changed = agent with
        {
            Name = Name?.Trim() ?? agent.Name,
            Description = Description ?? agent.Description,
            Instructions = Instructions ?? agent.Instructions,
            Model = Model is null ? agent.Model : string.IsNullOrWhiteSpace(Model) ? null : Model.Trim(),
            Role = string.IsNullOrWhiteSpace(Role) ? agent.Role : Role.Trim(),
            Tools = Tools ?? agent.Tools,
            McpServers = McpServers is null ? agent.McpServers : McpServerBody.ReadAll(McpServers, stored?.McpServers ?? [], errors),
            Color = Color ?? agent.Color,
            Skills = Skills ?? agent.Skills,
            Approval = Approval?.ApplyTo(agent.Approval, errors) ?? agent.Approval,
            Limits = Limits ?? agent.Limits,
            WorkDir = WorkDir is null ? agent.WorkDir : string.IsNullOrWhiteSpace(WorkDir) ? null : WorkDir.Trim(),
            AddDirs = AddDirs ?? agent.AddDirs,
            ArchivedAt = Archived switch { true => stored?.ArchivedAt ?? now, false => null, null => agent.ArchivedAt },
            UpdatedAt = now,
        };
        foreach (var (field, problem) in AgentValidation.Problems(changed)) errors.Add(field, problem);
        foreach (var (field, problem) in AgentValidation.Missing(changed, stored, known.Models, known.Tools))
        {
            if (missing is null) errors.Add(field, problem);
            else missing.Add(problem);
        }

        errors.Refuse();
        return changed;
    }
}

/// <summary>What an agent is held against.</summary>
internal sealed record AgentSurroundings(IModelCatalog Models, ToolCatalog Tools, TimeProvider Time);

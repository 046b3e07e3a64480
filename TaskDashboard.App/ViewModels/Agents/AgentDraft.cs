using System.Text.Json;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.ViewModels.Agents;

/// <summary>An agent as a person fills it in, until it is saved.</summary>
public sealed class AgentDraft
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Color { get; set; } = "#4f6bed";

    public string Instructions { get; set; } = "";

    /// <summary>Empty for the model of <see cref="Role"/>.</summary>
    public string Model { get; set; } = "";

    public string Role { get; set; } = AgentDefinition.DefaultRole;

    /// <summary>In the agent's order; new ones behind.</summary>
    public List<string> Tools { get; } = [];

    /// <summary>It may load every skill that there is; otherwise only <see cref="Skills"/>.</summary>
    public bool EverySkill { get; set; } = true;

    public List<string> Skills { get; } = [];

    public ApprovalPolicy Approval { get; set; } = new();

    public string ExpiresAfterS { get; set; } = "";

    public List<McpServerDraft> Servers { get; } = [];

    public string MaxSteps { get; set; } = "";

    public string TimeoutSeconds { get; set; } = "";

    public string MaxTokens { get; set; } = "";

    public string MaxCost { get; set; } = "";

    public string WorkDir { get; set; } = "";

    /// <summary>One on each line.</summary>
    public string AddDirs { get; set; } = "";

    public bool Archived { get; init; }

    /// <param name="agent">As it may be shown.</param>
    public static AgentDraft Of(AgentDefinition agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var draft = new AgentDraft
        {
            Name = agent.Name,
            Description = agent.Description,
            Color = agent.Color,
            Instructions = agent.Instructions,
            Model = agent.Model ?? "",
            Role = agent.Role,
            EverySkill = agent.Skills is null,
            Approval = agent.Approval,
            ExpiresAfterS = DraftText.Number(agent.Approval.ExpiresAfterS),
            MaxSteps = DraftText.Number(agent.Limits.MaxSteps),
            TimeoutSeconds = DraftText.Number(agent.Limits.TimeoutSeconds),
            MaxTokens = DraftText.Number(agent.Limits.MaxTokens),
            MaxCost = DraftText.Number(agent.Limits.MaxCost),
            WorkDir = agent.WorkDir ?? "",
            AddDirs = DraftText.Lines(agent.AddDirs),
            Archived = agent.ArchivedAt is not null,
        };
        draft.Tools.AddRange(agent.Tools);
        draft.Skills.AddRange(agent.Skills ?? []);
        draft.Servers.AddRange(agent.McpServers.Select(McpServerDraft.Of));
        return draft;
    }

    /// <summary>Everything that would be saved, as one text: two drafts that say the same have the same.</summary>
    public string Content() => JsonSerializer.Serialize(ToBody(null, new DraftNumbers()), EventJson.Options) + string.Join('\n', MaxSteps, TimeoutSeconds, MaxTokens, MaxCost, ExpiresAfterS);

    /// <param name="version">What the change is made for; null to save over whatever there is.</param>
    /// <param name="numbers">Is told what is no number.</param>
    internal AgentBody ToBody(long? version, DraftNumbers numbers) => new()
    {
        Name = Name,
        Description = Description,
        Color = Color,
        Instructions = Instructions,
        Model = Model,
        Role = Role,
        Tools = [.. Tools],
        Skills = EverySkill ? null : [.. Skills],
        Approval = new ApprovalBody
        {
            Mode = DraftText.Word(Approval.Mode),
            AskFor = [.. Approval.AskFor.Select(DraftText.Word)],
            AllowedTools = Approval.AllowedTools,
            ExpiresAfterS = (int)(numbers.Whole("approval.expires_after_s", ExpiresAfterS, int.MaxValue) ?? 0),
            OnExpiry = Approval.OnExpiry,
        },
        McpServers = [.. Servers.Select((server, index) => server.ToBody($"mcp_servers[{index}]", numbers))],
        Limits = new AgentLimits
        {
            MaxSteps = (int?)numbers.Whole("limits.max_steps", MaxSteps, int.MaxValue),
            TimeoutSeconds = (int?)numbers.Whole("limits.timeout_seconds", TimeoutSeconds, int.MaxValue),
            MaxTokens = numbers.Whole("limits.max_tokens", MaxTokens, long.MaxValue),
            MaxCost = numbers.Fraction("limits.max_cost", MaxCost),
        },
        WorkDir = WorkDir,
        AddDirs = DraftText.List(AddDirs),
        Archived = Archived,
        Version = version,
    };
}

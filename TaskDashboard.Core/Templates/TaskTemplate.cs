using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Templates;

/// <summary>A version of a template for tasks. Immutable: what was saved as a version stays what it is.</summary>
public sealed record TaskTemplate
{
    public required string Id { get; init; }

    /// <summary>Which of its versions this is, from 1. Every save makes the next one.</summary>
    public required int Version { get; init; }

    public required TemplateDefinition Definition { get; init; }

    /// <summary>When its first version was saved.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was saved.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What people set about a template: the task that it makes, with places in it that are filled in at each run. Stored as one JSON document.</summary>
public sealed record TemplateDefinition
{
    /// <summary>For people; 1 to 100 characters, and no other template has it, whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>For people who choose a template; up to 1,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the agent is told. <c>{{name}}</c> is the place of a parameter; <c>{{{{</c> stands for two braces.</summary>
    public required string Message { get; init; }

    public required string AgentId { get; init; }

    /// <summary><c>provider/model</c>; null takes the agent's.</summary>
    public string? Model { get; init; }

    /// <summary>May have places as the message has; null takes the beginning of the message.</summary>
    public string? Title { get; init; }

    /// <summary>As of a task; null gives each task a folder of its own.</summary>
    public string? WorkDir { get; init; }

    public IReadOnlyList<string> AddDirs { get; init; } = [];

    public bool Worktree { get; init; }

    /// <summary>0 to 3; null means 1.</summary>
    public int? Priority { get; init; }

    /// <summary>Longest time of one run in seconds; null for the configured one.</summary>
    public int? TimeoutS { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whose it is; null for the person at this machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PersonId { get; init; }

    /// <summary>False turns skills off for its tasks; true and null leave them on.</summary>
    public bool? EnableSkills { get; init; }

    /// <summary>False turns MCP servers off for its tasks; true and null leave them on.</summary>
    public bool? EnableMcp { get; init; }

    /// <summary>What is asked for at each run, in this order; up to 50.</summary>
    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];

    /// <summary>Parameters that neither the message nor the title has a place for. Allowed; worth telling whoever saves it.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> UnusedParameters
    {
        get
        {
            var used = TemplateRendering.Placeholders(Message).Concat(TemplateRendering.Placeholders(Title ?? "")).ToHashSet(StringComparer.Ordinal);
            return [.. Parameters.Select(parameter => parameter.Name).Where(name => !used.Contains(name))];
        }
    }
}

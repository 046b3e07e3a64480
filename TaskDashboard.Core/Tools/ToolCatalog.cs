using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;

namespace TaskDashboard.Core.Tools;

/// <summary>All tools that there are, and for each run those that its agent may use. Safe for threads.</summary>
public sealed class ToolCatalog
{
    /// <summary>Enough to see what is wrong; agents without end must not fill the memory.</summary>
    private const int MaxReported = 1_000;

    /// <summary>For tools that are looked at and not called.</summary>
    private static readonly ToolContext Nowhere = new("", Path.GetTempPath());

    private readonly Lazy<IReadOnlyList<ToolDescription>> descriptions;
    private readonly Dictionary<string, IToolSource> sources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string AgentId, string Tool), bool> reported = new();
    private readonly ILogger<ToolCatalog> logger;

    /// <exception cref="ArgumentException">Two sources make a tool of the same name.</exception>
    public ToolCatalog(IEnumerable<IToolSource> sources, ILogger<ToolCatalog> logger)
    {
        this.logger = logger;
        foreach (var source in sources)
            foreach (var name in source.Names)
                if (!this.sources.TryAdd(name, source)) throw new ArgumentException($"Two sources make a tool called {name}.", nameof(sources));
        Names = [.. this.sources.Keys.Order(StringComparer.Ordinal)];
        descriptions = new Lazy<IReadOnlyList<ToolDescription>>(() =>
            [.. this.sources.Values.Distinct().SelectMany(source => source.Create(Nowhere)).Select(tool => new ToolDescription(tool.Name, tool.Function.Description, tool.Risk)).OrderBy(tool => tool.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Names of all tools, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>All tools as people choose among them, by name.</summary>
    public IReadOnlyList<ToolDescription> Descriptions => descriptions.Value;

    /// <summary>
    /// Makes the tools that an agent names, in its order, for one run. A name that no source knows is logged once and left out:
    /// the agent works on with the others.
    /// </summary>
    public IReadOnlyList<AgentTool> CreateFor(AgentDefinition agent, ToolContext context)
    {
        if (agent.Tools.Count == 0) return [];
        var made = new Dictionary<string, AgentTool>(StringComparer.Ordinal);
        var asked = new List<IToolSource>();
        var tools = new List<AgentTool>(agent.Tools.Count);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in agent.Tools)
        {
            if (!listed.Add(name)) continue;
            if (!this.sources.TryGetValue(name, out var source))
            {
                ReportOnce(agent, name);
                continue;
            }

            if (!asked.Contains(source))
            {
                asked.Add(source);
                foreach (var tool in source.Create(context)) made[tool.Name] = tool;
            }

            if (made.TryGetValue(name, out var found)) tools.Add(found);
        }

        return tools;
    }

    /// <summary>What calls of a tool are about; null where the tool has no such thing, or is not one of the catalog's.</summary>
    public ToolSubject? SubjectOf(string tool) =>
        sources.TryGetValue(tool, out var source) ? source.Create(Nowhere).FirstOrDefault(made => made.Name == tool)?.Subject : null;

    private void ReportOnce(AgentDefinition agent, string name)
    {
        if (reported.Count >= MaxReported || !reported.TryAdd((agent.Id, name), true)) return;
        this.logger.LogWarning("Agent {AgentId} names the tool {Tool}, which does not exist here; it works without it. There are: {Tools}", agent.Id, name, Names);
    }
}

/// <summary>A tool that agents can be given.</summary>
/// <param name="Name">By which agents name it.</param>
/// <param name="Description">What the model is told of it.</param>
/// <param name="Risk">What it can do at worst.</param>
public sealed record ToolDescription(string Name, string Description, ToolRisk Risk);

using System.Globalization;
using System.Text.RegularExpressions;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Agents;

/// <summary>What an agent may be. All problems are told at once, each with its field as it is on the wire.</summary>
public static partial class AgentValidation
{
    public const int MaxNameLength = 100;

    private const int MaxInstructionsLength = 200_000;
    private const int MaxDescriptionLength = 1_000;
    private const int MaxNames = 500;

    /// <summary>What makes no agent at all: names, texts, ranges.</summary>
    public static IEnumerable<(string Field, string Problem)> Problems(AgentDefinition agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (agent.Name.Length == 0) yield return ("name", "name is missing.");
        if (agent.Name.Length > MaxNameLength) yield return ("name", $"name is longer than {MaxNameLength} characters.");
        if (agent.Description.Length > MaxDescriptionLength) yield return ("description", FormattableString.Invariant($"description is longer than {MaxDescriptionLength:N0} characters."));
        if (agent.Instructions.Length > MaxInstructionsLength) yield return ("instructions", FormattableString.Invariant($"instructions is longer than {MaxInstructionsLength:N0} characters."));
        if (!HexColor().IsMatch(agent.Color)) yield return ("color", "color has to look like #4f6bed.");
        if (!RoleName().IsMatch(agent.Role)) yield return ("role", "role has to be 1 to 32 of a-z, 0-9, _ and -.");
        if (agent.Tools.Count > MaxNames) yield return ("tools", $"tools holds more than {MaxNames} names.");
        if (agent.Tools.Any(string.IsNullOrWhiteSpace)) yield return ("tools", "tools holds an empty name.");
        if (agent.Skills is { Count: > MaxNames }) yield return ("skills", $"skills holds more than {MaxNames} names.");
        if (agent.Skills?.Any(string.IsNullOrWhiteSpace) == true) yield return ("skills", "skills holds an empty name.");
        foreach (var (field, problem) in agent.Limits.Problems()) yield return ($"limits.{field}", $"limits.{field} {problem}");
    }

    /// <summary>What it names that is not there on this server: its model, tools, folders.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="before">What it was: what it named then it may go on naming. Null for a new one.</param>
    /// <param name="models">What there is to answer.</param>
    /// <param name="tools">What there is to use.</param>
    public static IEnumerable<(string Field, string Problem)> Missing(AgentDefinition agent, AgentDefinition? before, IModelCatalog models, ToolCatalog tools)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(tools);
        if (agent.Model is { } model && model != before?.Model && !models.TryResolve(model, out _, out _, out var problem)) yield return ("model", problem);
        foreach (var tool in agent.Tools.Except(before?.Tools ?? []).Where(tool => !string.IsNullOrWhiteSpace(tool) && !tools.Names.Contains(tool))) yield return ("tools", $"There is no tool {tool}.");
        if (agent.WorkDir == before?.WorkDir && agent.AddDirs.SequenceEqual(before?.AddDirs ?? [])) yield break;
        var folders = new Dictionary<string, string[]>();
        FolderValidation.Check(agent.WorkDir, agent.AddDirs, folders);
        foreach (var (field, problems) in folders)
        {
            foreach (var one in problems) yield return (field, one);
        }
    }

    /// <summary>A name that none of the others has: the wanted one, or that with " (2)", " (3)" … behind it.</summary>
    public static string FreeName(string wanted, IEnumerable<AgentDefinition> others)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var taken = others.Select(agent => agent.Name).ToHashSet(StringComparer.CurrentCultureIgnoreCase);
        if (!taken.Contains(wanted)) return wanted;
        var stem = NumberBehind().Replace(wanted, "");
        for (var number = 2; ; number++)
        {
            var tail = string.Create(CultureInfo.InvariantCulture, $" ({number})");
            var name = stem[..Math.Min(stem.Length, MaxNameLength - tail.Length)] + tail;
            if (!taken.Contains(name)) return name;
        }
    }

    [GeneratedRegex(@"\A#[0-9a-fA-F]{6}\z")]
    private static partial Regex HexColor();

    [GeneratedRegex(@"\A[a-z0-9_-]{1,32}\z")]
    private static partial Regex RoleName();

    [GeneratedRegex(@" \(\d{1,6}\)\z")]
    private static partial Regex NumberBehind();
}

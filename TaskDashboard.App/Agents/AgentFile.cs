using System.Text.Json;
using System.Text.Json.Nodes;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Mcp;

namespace TaskDashboard.App.Agents;

/// <summary>An agent as a file: what was configured, and nothing that is only this server's. No secrets.</summary>
internal static class AgentFile
{
    /// <summary>Says in a file what it is.</summary>
    public const string Format = "taskdashboard.agent/1";

    private static readonly string[] OfThisServer = ["id", "created_at", "updated_at", "archived_at", "version"];

    private static readonly JsonSerializerOptions Readable = new(EventJson.Options) { WriteIndented = true };

    public static string ToJson(AgentDefinition agent) => ToNode(agent).ToJsonString(Readable) + "\n";

    public static string ToYaml(AgentDefinition agent) => YamlText.Write(ToNode(agent));

    /// <summary>What a browser calls it when it is saved.</summary>
    public static string NameFor(AgentDefinition agent, string ending)
    {
        var plain = new string([.. agent.Name.Select(character => char.IsLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-')]).Trim('-');
        return $"{(plain.Length == 0 ? "agent" : plain)}.agent.{ending}";
    }

    /// <summary>What a file is by its name; null when that does not say.</summary>
    public static AgentFileFormat? FormatOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".json" => AgentFileFormat.Json,
        ".yaml" or ".yml" => AgentFileFormat.Yaml,
        _ => null,
    };

    private static JsonObject ToNode(AgentDefinition agent)
    {
        var file = new JsonObject { ["format"] = Format };
        var fields = JsonSerializer.SerializeToNode(agent.WithoutSecrets(), EventJson.Options)!.AsObject();
        foreach (var name in OfThisServer) fields.Remove(name);
        foreach (var (name, value) in fields) file[name] = value?.DeepClone();
        return file;
    }
}

/// <summary>What a file of an agent is written in.</summary>
internal enum AgentFileFormat
{
    Json,
    Yaml,
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Skills;
using TaskDashboard.Core.Tasks;
using YamlDotNet.Core;

namespace TaskDashboard.App.Agents;

/// <summary>Makes agents of files. A file is taken whole or not at all; what is wrong with it is told with the place of each field.</summary>
internal sealed class AgentImport(AgentEditing editing, IAgentStore agents, SkillCatalog skills)
{
    /// <summary>How large a file may be.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>Fields of a request that mean nothing in a file.</summary>
    private static readonly string[] NotInFiles = ["archived", "version"];

    private static readonly JsonSerializerOptions Wire = Options();

    /// <exception cref="RefusedException"><c>validation</c>, with every field that is unknown or does not fit.</exception>
    public async Task<AgentImportAnswer> ImportAsync(string text, AgentFileFormat format, CancellationToken cancellationToken = default)
    {
        var file = Parse(text, format) as JsonObject ?? throw RefusedException.Validation("file", "The file has to hold one agent: fields with their values.");
        CheckFormat(file);
        var errors = new FieldErrors();
        CheckFields(file, Wire.GetTypeInfo(typeof(AgentBody)), "", errors);
        errors.Refuse();

        var body = file.Deserialize<AgentBody>(Wire)!;
        var secrets = new List<string>();
        var warnings = new List<string>();
        var servers = body.McpServers?.Select((server, index) => WithoutPlaceholders(server, $"mcp_servers[{index}]", secrets)).ToList();
        var name = AgentValidation.FreeName(body.Name?.Trim() ?? "", await agents.ListAsync(cancellationToken));
        var agent = await editing.CreateAsync(body with { Name = name, McpServers = servers }, warnings, cancellationToken);
        if (agent.Skills is { Count: > 0 } wanted)
        {
            var here = skills.Find().Skills.Select(skill => skill.Name).ToHashSet(StringComparer.Ordinal);
            warnings.AddRange(wanted.Where(skill => !here.Contains(skill)).Select(skill => $"There is no skill {skill} here; a task can still find it in its own folder."));
        }

        return new AgentImportAnswer(agent, warnings, secrets);
    }

    private static JsonNode? Parse(string text, AgentFileFormat format)
    {
        try
        {
            return format == AgentFileFormat.Yaml ? YamlText.Read(text) : JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException malformed)
        {
            throw RefusedException.Validation("file", $"The file is not valid JSON (line {malformed.LineNumber + 1}). Nothing was stored.");
        }
        catch (Exception malformed) when (malformed is YamlException or InvalidOperationException)
        {
            // The library's scanner throws the second one for a flow that is never closed.
            var place = malformed is YamlException { Start.Line: > 0 } at ? $" (line {at.Start.Line})" : "";
            throw RefusedException.Validation("file", $"The file is not YAML that can be taken{place}: {malformed.Message}. Nothing was stored.");
        }
    }

    private static void CheckFormat(JsonObject file)
    {
        if (!file.Remove("format", out var format)) return;
        if (format is not JsonValue value || !value.TryGetValue<string>(out var text) || text != AgentFile.Format)
        {
            throw RefusedException.Validation("format", $"format has to be {AgentFile.Format}: the file is of another kind, or made by a later version.");
        }
    }

    /// <summary>Fields that nobody knows, and values of the wrong kind.</summary>
    private static void CheckFields(JsonNode? node, JsonTypeInfo type, string place, FieldErrors errors)
    {
        if (node is JsonObject found && type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var (name, value) in found)
            {
                var path = place.Length == 0 ? name : $"{place}.{name}";
                var known = type.Properties.FirstOrDefault(property => property.Name == name);
                if (known is null || (place.Length == 0 && NotInFiles.Contains(name))) errors.Add(path, $"{path} is not a field of an agent.");
                else CheckFields(value, Wire.GetTypeInfo(known.PropertyType), path, errors);
            }

            return;
        }

        if (node is JsonArray list && type.Kind == JsonTypeInfoKind.Enumerable)
        {
            for (var index = 0; index < list.Count; index++) CheckFields(list[index], Wire.GetTypeInfo(type.ElementType!), $"{place}[{index}]", errors);
            return;
        }

        try
        {
            node.Deserialize(type);
        }
        catch (JsonException wrong)
        {
            var path = wrong.Path is { Length: > 1 } deeper ? place + deeper[1..] : place;
            errors.Add(path, $"{path} has a value of the wrong kind.");
        }
    }

    /// <summary>The server with nothing in the place of what the file does not tell: somebody has to give it again.</summary>
    private static McpServerBody WithoutPlaceholders(McpServerBody server, string place, List<string> secrets)
    {
        return server is null ? server! : server with { Environment = Blanked(server.Environment, "environment"), Headers = Blanked(server.Headers, "headers") };

        Dictionary<string, string?>? Blanked(IReadOnlyDictionary<string, string?>? values, string field)
        {
            if (values is null) return null;
            secrets.AddRange(values.Where(value => value.Value == McpSecrets.Mask).Select(value => $"{place}.{field}.{value.Key}"));
            return values.ToDictionary(value => value.Key, value => value.Value == McpSecrets.Mask ? "" : value.Value, StringComparer.Ordinal);
        }
    }

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ApiJson.Configure(options);
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>What became of a file.</summary>
/// <param name="Agent">The agent that was made.</param>
/// <param name="Warnings">What it names that is not here, in words for people.</param>
/// <param name="Secrets">Places of the values that were not in the file and have to be given again, such as <c>mcp_servers[0].environment.TOKEN</c>.</param>
internal sealed record AgentImportAnswer(AgentDefinition Agent, IReadOnlyList<string> Warnings, IReadOnlyList<string> Secrets);

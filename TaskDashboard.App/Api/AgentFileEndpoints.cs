using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Agents as files, to be kept, shown and carried from server to server.</summary>
internal static class AgentFileEndpoints
{
    public static void MapAgentFiles(this RouteGroupBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents").ChangesRefuseCommands().ChangesNeed(PersonRole.Owner);
        agents.MapGet("/{id}/export", ExportAsync).WithName("exportAgent")
            .WithSummary("The agent as a file. In the place of the secrets of its MCP servers there are placeholders.")
            .Produces(200, contentType: "application/json", additionalContentTypes: ["application/yaml"])
            .Refuses(400, 404);
        agents.MapPost("/import", ImportAsync).WithName("importAgent")
            .WithSummary("Makes an agent of a file that was exported, in JSON or YAML: by the name, or else by the content type.")
            .WithDescription("A name that is taken gets a number behind it. Tools, models, skills and folders that are not here are kept and told as warnings; "
                + "secrets tells which values have to be given again. 400 names every field that is unknown or does not fit; so does YAML with anchors, aliases or tags.")
            .Produces<AgentImportAnswer>(201)
            .WithMetadata(new OwnBodyLimit(AgentImport.MaxBytes, "file", FormattableString.Invariant($"A file to import has up to {AgentImport.MaxBytes:N0} bytes. Nothing was stored.")))
            .Refuses(400, 413, 415);
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> ExportAsync(
        string id, IAgentStore agents, CancellationToken cancellationToken, [Description("json (default) or yaml.")] string? format = null)
    {
        var agent = await agents.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("agent", id);
        return format switch
        {
            null or "" or "json" => FileOf(agent, AgentFile.ToJson(agent), "application/json", "json"),
            "yaml" => FileOf(agent, AgentFile.ToYaml(agent), "application/yaml", "yaml"),
            _ => throw RefusedException.Validation("format", "format has to be json or yaml."),
        };
    }

    private static FileContentHttpResult FileOf(AgentDefinition agent, string text, string contentType, string ending) =>
        TypedResults.File(Encoding.UTF8.GetBytes(text), contentType, AgentFile.NameFor(agent, ending));

    private static async Task<Created<AgentImportAnswer>> ImportAsync(
        HttpRequest request, AgentImport import, CancellationToken cancellationToken,
        [Description("The file's name; its ending (.json, .yaml, .yml) says what it is.")] string? name = null)
    {
        var format = FormatOf(name) ?? FormatOf(request)
            ?? throw RefusedException.Unsupported("file", "A file to import is JSON or YAML: send it as application/json or application/yaml, or give its name in the query.");
        var answer = await import.ImportAsync(await ReadAsync(request, cancellationToken), format, cancellationToken);
        return TypedResults.Created($"/api/agents/{answer.Agent.Id}", answer);
    }

    private static AgentFileFormat? FormatOf(string? name) => name is null ? null : AgentFile.FormatOf(name);

    private static AgentFileFormat? FormatOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" or "text/json" => AgentFileFormat.Json,
            "application/yaml" or "application/x-yaml" or "text/yaml" or "text/x-yaml" => AgentFileFormat.Yaml,
            _ => null,
        }
        : null;

    private static async Task<string> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw RefusedException.Validation("file", "The file is not text in UTF-8. Nothing was stored.");
        }
    }
}

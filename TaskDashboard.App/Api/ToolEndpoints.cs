using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api;

/// <summary>The tools that an agent can be given.</summary>
internal static class ToolEndpoints
{
    public static void MapTools(this RouteGroupBuilder api) =>
        api.MapGroup("/tools").WithTags("Agents").MapGet("", List).WithName("listTools")
            .WithSummary("The program's own tools by name, with what each can do at worst. Those of MCP servers are listed with their agent.");

    private static Ok<Page<ToolDescription>> List(ToolCatalog catalog) => TypedResults.Ok(new Page<ToolDescription>(catalog.Descriptions));
}

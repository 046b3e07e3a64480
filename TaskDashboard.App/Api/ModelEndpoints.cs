using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.App.Api;

/// <summary>The models that a task or an agent can be given.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("", List).WithName("listModels")
            .WithSummary("Every model that is configured by name, the default one first.");
    }

    private static Ok<Page<ModelDescription>> List(IModelCatalog catalog) => TypedResults.Ok(new Page<ModelDescription>(catalog.Models));
}

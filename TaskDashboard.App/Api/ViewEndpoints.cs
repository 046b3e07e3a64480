using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;

namespace TaskDashboard.App.Api;

/// <summary>Lists of tasks that somebody has given a name, each their own.</summary>
internal static class ViewEndpoints
{
    public static void MapViews(this RouteGroupBuilder api)
    {
        var views = api.MapGroup("/views").WithTags("Views").ChangesRefuseCommands();
        views.MapGet("", List).WithName("listViews")
            .WithSummary("All saved views of the caller, by name.");
        views.MapPost("", CreateAsync).WithName("createView")
            .WithSummary("Gives a list of tasks a name: filters, order and groups, as the address of the Tasks page has them.")
            .Refuses(400, 409, 413, 415);
        views.MapPatch("/{id}", UpdateAsync).WithName("updateView")
            .WithSummary("Renames a view, or puts another list in its place; what is absent stays.")
            .Refuses(400, 404, 409, 413, 415);
        views.MapDelete("/{id}", DeleteAsync).WithName("deleteView")
            .WithSummary("Removes a view. The tasks that it shows stay.")
            .Refuses(404);
    }

    private static Ok<Page<ViewAnswer>> List(ISavedViews views) => TypedResults.Ok(new Page<ViewAnswer>([.. views.List().Select(ViewAnswer.Of)]));

    private static async Task<Created<ViewAnswer>> CreateAsync(ViewBody body, ISavedViews views, CancellationToken cancellationToken)
    {
        var saved = await views.CreateAsync(body.Name ?? "", body.ReadQuery() ?? "", cancellationToken);
        return TypedResults.Created($"/api/views/{saved.Id}", ViewAnswer.Of(saved));
    }

    private static async Task<Ok<ViewAnswer>> UpdateAsync(string id, ViewBody body, ISavedViews views, CancellationToken cancellationToken) =>
        TypedResults.Ok(ViewAnswer.Of(await views.ChangeAsync(id, body.Name, body.ReadQuery(), cancellationToken)));

    private static async Task<NoContent> DeleteAsync(string id, ISavedViews views, CancellationToken cancellationToken)
    {
        await views.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }
}

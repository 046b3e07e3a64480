using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The same order for several agents or models, side by side.</summary>
internal static class ComparisonEndpoints
{
    public static void MapComparisons(this RouteGroupBuilder api)
    {
        var comparisons = api.MapGroup("/comparisons").WithTags("Comparisons").ChangesRefuseCommands();
        comparisons.MapPost("", CreateAsync).WithName("createComparison")
            .WithSummary("Gives 2 to 6 agents or models the same task, each in a chat of its own: all of them, or none.")
            .WithDescription("Answered when all of them are on disk; 200 for a repeat of an Idempotency-Key.")
            .Produces<Comparison>(201).Produces<Comparison>(200)
            .Refuses(400, 404, 409, 413, 415, 429, 503);
        comparisons.MapGet("/{id}", FindAsync).WithName("getComparison")
            .WithSummary("The tasks of a comparison that are there still, as they are now, and which of them was picked.")
            .Refuses(404);
        comparisons.MapPost("/{id}/pick", PickAsync).WithName("pickFromComparison")
            .WithSummary("Marks one of them as the one that was picked, and unless told otherwise stops the others.")
            .Refuses(400, 404, 413, 415);
        comparisons.MapPost("/{id}/stop", StopAsync).WithName("stopComparison")
            .WithSummary("Stops those of its tasks that have not ended.")
            .Refuses(404);
    }

    private static async Task<IResult> CreateAsync(
        ComparisonBody body, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, HttpContext context, IComparisons comparisons, CancellationToken cancellationToken)
    {
        var created = await comparisons.CreateAsync(body.ToCommand(idempotencyKey), cancellationToken);
        context.Response.Headers.Location = $"/api/comparisons/{created.Comparison.Id}";
        return TypedResults.Json(created.Comparison, statusCode: created.Existing ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<Ok<Comparison>> FindAsync(string id, IComparisons comparisons, CancellationToken cancellationToken) =>
        TypedResults.Ok(await comparisons.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("comparison", id));

    private static async Task<Ok<Comparison>> PickAsync(string id, PickBody body, IComparisons comparisons, CurrentCaller caller, CancellationToken cancellationToken)
    {
        if (body.TaskId is not { } taskId) throw RefusedException.Validation("task_id", "task_id is missing: say which of them is picked.");
        return TypedResults.Ok(await comparisons.PickAsync(id, taskId, body.StopOthers ?? true, caller.Value.Name, cancellationToken));
    }

    private static async Task<Ok<CancelAllAnswer>> StopAsync(string id, IComparisons comparisons, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CancelAllAnswer(Accepted: true, await comparisons.StopAsync(id, caller.Value.Name, cancellationToken)));
}

using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.People;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>One activation of a task, in all its steps.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this RouteGroupBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("/{id}", FindAsync).WithName("getRun")
            .WithSummary("The run with its steps: every model call and every tool call.")
            .Refuses(404);
        runs.MapPost("/{id}/cancel", CancelAsync).WithName("cancelDescendants")
            .WithSummary("Stops every live task that the run has started, and everything below them; not the run itself.")
            .Refuses(404);
    }

    private static async Task<Ok<Run>> FindAsync(string id, ITaskReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.FindRunAsync(id, cancellationToken) ?? throw RefusedException.NotFound("run", id));

    private static async Task<Ok<CancelAllAnswer>> CancelAsync(string id, ITaskService tasks, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CancelAllAnswer(Accepted: true, await tasks.CancelDescendantsAsync(id, caller.Value.Name, cancellationToken)));
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;

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
        runs.MapGet("/{id}/timeline", FindTimelineAsync).WithName("getRunTimeline")
            .WithSummary("Where the time of the run went: model calls, tool calls and waits, what made it fail, the runs of its sub-agents below it, and the critical path over all of them.")
            .Refuses(404);
        runs.MapGet("/{id}/steps/{step_id}/exchange", FindExchangeAsync).WithName("getExchange")
            .WithSummary("What a model call sent and what came back, piece by piece, without secrets.")
            .WithDescription("There is none of a tool call, of a call before recording was turned on, and of one whose process ended in the middle of it.")
            .Refuses(404);
        runs.MapPost("/{id}/replays", ReplayAsync).WithName("replayRun").Needs(PersonRole.Member).RefusesCommands()
            .WithSummary("Plays the run again from its record, without a model, a tool or a wait, and says whether it comes to the same transcript. The task stays as it is.")
            .WithDescription("409 run_active while it is at work, not_recorded where a model call is not on record to its end, replay_busy while another one plays.")
            .Refuses(403, 404, 409);
        runs.MapPost("/{id}/cancel", CancelAsync).WithName("cancelDescendants")
            .WithSummary("Stops every live task that the run has started, and everything below them; not the run itself.")
            .Refuses(404);
    }

    private static async Task<Ok<Run>> FindAsync(string id, ITaskReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.FindRunAsync(id, cancellationToken) ?? throw RefusedException.NotFound("run", id));

    private static async Task<Ok<RunTimeline>> FindTimelineAsync(string id, ITimelineReader timelines, CancellationToken cancellationToken) =>
        TypedResults.Ok(await timelines.FindTreeAsync(id, cancellationToken) ?? throw RefusedException.NotFound("run", id));

    private static async Task<Ok<ModelExchange>> FindExchangeAsync(string id, [FromRoute(Name = "step_id")] string stepId, IExchangeReader exchanges, CancellationToken cancellationToken) =>
        TypedResults.Ok(await exchanges.FindAsync(id, stepId, cancellationToken) ?? throw RefusedException.NotFound("exchange of step", stepId));

    private static async Task<Ok<ReplayReport>> ReplayAsync(string id, IReplays replays, CancellationToken cancellationToken) => TypedResults.Ok(await replays.ReplayAsync(id, cancellationToken));

    private static async Task<Ok<CancelAllAnswer>> CancelAsync(string id, ITaskService tasks, CurrentCaller caller, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CancelAllAnswer(Accepted: true, await tasks.CancelDescendantsAsync(id, caller.Value.Name, cancellationToken)));
}

using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>One action on many tasks, as a job that goes on by itself.</summary>
internal static class BulkJobEndpoints
{
    public static void MapBulkJobs(this RouteGroupBuilder api)
    {
        var jobs = api.MapGroup("/tasks/bulk").WithTags("Tasks");
        jobs.MapPost("", StartAsync).WithName("startBulkJob").Needs(PersonRole.Member).RefusesCommands()
            .WithSummary("Cancels, retries or deletes many tasks: those that are named, or all that match a filter at this moment.")
            .WithDescription("Answered when it is known which tasks these are; the job then goes on by itself. Each task is treated as if it had been asked for alone: one that the caller may not change counts as failed, with the reason. "
                + "A restart of the server ends the job; what was done stays done.")
            .Produces<BulkJob>(202)
            .Refuses(400, 403, 409, 413, 415, 503);
        jobs.MapGet("", List).WithName("listBulkJobs")
            .WithSummary("The caller's jobs that go on, and the last ones that ended, the newest first.");
        jobs.MapGet("/{id}", Find).WithName("getBulkJob")
            .WithSummary("How far a job is, and the first of the tasks with which it could not be done.")
            .Refuses(404);
        jobs.MapDelete("/{id}", AbortAsync).WithName("abortBulkJob").RefusesCommands()
            .WithSummary("Ends a job. What was done stays done; one that has not begun does nothing at all.")
            .Refuses(403, 404, 409);
    }

    private static async Task<Accepted<BulkJob>> StartAsync(BulkBody body, IBulkJobs jobs, CancellationToken cancellationToken)
    {
        var job = await jobs.StartAsync(body.ToOrder(), cancellationToken);
        return TypedResults.Accepted($"/api/tasks/bulk/{job.Id}", job);
    }

    private static Ok<Page<BulkJob>> List(IBulkJobs jobs) => TypedResults.Ok(new Page<BulkJob>(jobs.List()));

    private static Ok<BulkJob> Find(string id, IBulkJobs jobs) => TypedResults.Ok(jobs.Find(id) ?? throw RefusedException.NotFound("bulk job", id));

    private static async Task<Ok<BulkJob>> AbortAsync(string id, IBulkJobs jobs) => TypedResults.Ok(await jobs.AbortAsync(id));
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Tasks out of tasks: the same order again, or on from a message. The old ones stay as they are.</summary>
internal static class ForkEndpoints
{
    public static void MapForks(this RouteGroupBuilder api)
    {
        // What is copied was said under other policies than those of a command's task: only a person takes it over.
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks").ChangesRefuseCommands();
        task.MapPost("/reruns", RerunAsync).WithName("rerunTask")
            .WithSummary("Gives the task's order again, to another model or agent: a new task with the same first message, files and settings.")
            .WithDescription("Answered as POST /api/tasks: 201 with the new task, 200 for a repeat of an Idempotency-Key. A member may rerun whatever they see; the new task is theirs.")
            .Produces<AgentTask>(201).Produces<AgentTask>(200)
            .Refuses(400, 404, 409, 413, 415, 429, 503);
        task.MapPost("/forks", ForkAsync).WithName("forkTask")
            .WithSummary("Goes on from a message in a new chat: with other words in its place, or behind it.")
            .WithDescription("What was said before is copied, with its calls and their results; nothing of it is done again, and nothing of it counts as used. "
                + "The task's own folder is copied as it is now; one with a worktree gets a worktree that begins at what is committed on its branch. "
                + "Answered as POST /api/tasks. A member may fork whatever they see; the new task is theirs.")
            .Produces<AgentTask>(201).Produces<AgentTask>(200)
            .Refuses(400, 404, 409, 413, 415, 429, 503);
        task.MapGet("/forks", ListAsync).WithName("listTaskForks")
            .WithSummary("The tasks that were made out of this one, reruns among them, oldest first; of very many the newest 100.")
            .Refuses(404);
    }

    private static async Task<IResult> RerunAsync(
        string id, RerunBody? body, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, HttpContext context, ITaskForks forks, ITaskFeed feed, CancellationToken cancellationToken) =>
        TaskEndpoints.AnswerOf(await forks.RerunAsync((body ?? new RerunBody()).ToCommand(id, idempotencyKey), cancellationToken), context, feed);

    private static async Task<IResult> ForkAsync(
        string id, ForkBody body, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey, HttpContext context, ITaskForks forks, ITaskFeed feed, CancellationToken cancellationToken) =>
        TaskEndpoints.AnswerOf(await forks.ForkAsync(body.ToCommand(id, idempotencyKey), cancellationToken), context, feed);

    private static async Task<Ok<Page<AgentTask>>> ListAsync(string id, ITaskForks forks, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<AgentTask>(await forks.ListAsync(id, cancellationToken)));
}

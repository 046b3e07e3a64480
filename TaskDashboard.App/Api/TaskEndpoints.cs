using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Streams;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The list of tasks, and the task as a thing that is made, read, changed and removed.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapGet("", ListAsync).WithName("listTasks")
            .WithSummary("One page of the tasks that match every filter, and how many match the other filters per status.")
            .Refuses(400);
        tasks.MapPost("", CreateAsync).WithName("createTask")
            .WithSummary("Gives an agent a task.")
            .WithDescription("Answered when the task is on disk; 200 where it was there already: a repeat of an Idempotency-Key, or a live task with the same order. "
                + "Asked for by a command of a task, it is made below that task and in its folders. "
                + "With Accept: text/event-stream the answer is the task's stream itself.")
            .Produces<AgentTask>(201).Produces<AgentTask>(200)
            .Refuses(400, 403, 404, 409, 413, 415, 422, 429, 503);
        tasks.MapGet("/running/count", CountRunning).WithName("countRunningTasks")
            .WithSummary("How many tasks run, and how many wait.");
        tasks.MapGet("/{id}", FindAsync).WithName("getTask")
            .WithSummary("The task with its reason, lineage, usage, current run and open requests.")
            .Refuses(404);
        tasks.MapPatch("/{id}", UpdateAsync).WithName("updateTask")
            .WithSummary("Changes title, metadata (merged), priority, the model of the next run, or, while it is pending, what it depends on.")
            .Refuses(400, 404, 409, 413, 415, 422);
        tasks.MapDelete("/{id}", DeleteAsync).WithName("deleteTask")
            .WithSummary("Cancels the task if it is live, then removes it; its streams get deleted and end.")
            .Refuses(404);
    }

    private static async Task<Ok<TaskPage>> ListAsync(
        [AsParameters] TaskListParameters parameters, ITaskReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.ListAsync(parameters.ToQuery(), cancellationToken));

    private static async Task<IResult> CreateAsync(
        CreateTaskBody body,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        HttpContext context,
        CommandCallers callers,
        ITaskService tasks,
        ITaskFeed feed,
        CancellationToken cancellationToken)
    {
        var caller = callers.Find(context);
        if (caller is { IsKnown: false }) throw callers.Refusal(context, caller);
        return AnswerOf(await tasks.CreateAsync(body.ToCommand(idempotencyKey) with { CommandOf = caller?.TaskId }, cancellationToken), context, feed);
    }

    /// <summary>The task that was made, or was there already; as its stream where the request asks for that.</summary>
    internal static IResult AnswerOf(CreatedTask created, HttpContext context, ITaskFeed feed)
    {
        var task = created.Task;
        context.Response.Headers.Location = $"/api/tasks/{task.Id}";
        if (EventStream.IsAskedFor(context.Request))
        {
            return EventStream.OfTask(feed, task.Id, after: 0, created.Existing ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        }

        return TypedResults.Json(task, statusCode: created.Existing ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static Ok<RunningCount> CountRunning(ITaskReader reader)
    {
        var counts = reader.Counts;
        return TypedResults.Ok(new RunningCount(counts.Running, counts.Waiting));
    }

    private static async Task<Ok<AgentTask>> FindAsync(string id, ITaskReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("task", id));

    private static async Task<Ok<AgentTask>> UpdateAsync(string id, UpdateTaskBody body, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(await tasks.UpdateAsync(id, body.ToCommand(), cancellationToken));

    private static async Task<NoContent> DeleteAsync(string id, ITaskService tasks, CurrentCaller caller, CancellationToken cancellationToken)
    {
        await tasks.DeleteAsync(id, caller.Value.Name, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What the badge shows.</summary>
/// <param name="Count">Tasks that run.</param>
/// <param name="Waiting">Tasks that wait.</param>
internal sealed record RunningCount(long Count, long Waiting);

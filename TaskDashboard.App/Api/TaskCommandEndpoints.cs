using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.People;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What a person can do to a task: stop it, speak to it, run it again, hold it.</summary>
internal static class TaskCommandEndpoints
{
    public static void MapTaskCommands(this RouteGroupBuilder api)
    {
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks");
        task.MapPost("/cancel", CancelAsync).WithName("cancelTask")
            .WithSummary("Stops the task, and by default everything below it.")
            .Refuses(400, 404, 409);
        task.MapPost("/message", SendMessageAsync).WithName("sendMessage")
            .WithSummary("Stores a message for the task. A task that has ended goes on in a new run.")
            .Refuses(400, 404, 409, 413, 415, 429, 503);
        task.MapPost("/retry", RetryAsync).WithName("retryTask")
            .WithSummary("Runs a failed or cancelled task again.")
            .Refuses(404, 409, 429, 503);
        task.MapPost("/pause", PauseAsync).WithName("pauseTask")
            .WithSummary("Lets a running task finish its present step, and then wait.")
            .Refuses(404, 409);
        task.MapPost("/resume", ResumeAsync).WithName("resumeTask")
            .WithSummary("Lets a paused task go on.")
            .Refuses(404, 409);
    }

    private static async Task<Ok<CancelAnswer>> CancelAsync(string id, CancelBody? body, ITaskService tasks, CurrentCaller caller, CancellationToken cancellationToken)
    {
        var scope = (body ?? new CancelBody()).ToScope();
        var receipt = await tasks.CancelAsync(id, scope, caller.Value.Name, cancellationToken);
        return TypedResults.Ok(new CancelAnswer(Accepted: true, receipt.CancelledCount, receipt.Status));
    }

    private static async Task<Accepted<MessageReceipt>> SendMessageAsync(
        string id, MessageBody body, ITaskService tasks, CallerAttachments attachments, CancellationToken cancellationToken)
    {
        var draft = body.ToDraft();
        var images = await draft.StoreImagesAsync(attachments, cancellationToken);
        try
        {
            return TypedResults.Accepted((string?)null, await tasks.SendMessageAsync(id, draft.With(images), cancellationToken));
        }
        catch (RefusedException)
        {
            await attachments.DiscardAsync([.. images.Select(image => image.Id)]);
            throw;
        }
    }

    private static async Task<Ok<AgentTask>> RetryAsync(string id, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(await tasks.RetryAsync(id, cancellationToken));

    private static async Task<Ok<AgentTask>> PauseAsync(string id, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(await tasks.PauseAsync(id, cancellationToken));

    private static async Task<Ok<AgentTask>> ResumeAsync(string id, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(await tasks.ResumeAsync(id, cancellationToken));
}

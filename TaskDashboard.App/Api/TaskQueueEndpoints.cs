using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The messages that a task has not read yet: seen, changed, moved, taken back. Each answer is the queue after it.</summary>
internal static class TaskQueueEndpoints
{
    public static void MapTaskQueue(this RouteGroupBuilder api)
    {
        var queue = api.MapGroup("/tasks/{id}/queue").WithTags("Tasks");
        queue.MapGet("", ListAsync).WithName("listQueuedMessages")
            .WithSummary("The messages that wait to be read, in the order in which they will be.")
            .Refuses(404);
        queue.MapPatch("/{message_id}", ChangeAsync).WithName("changeQueuedMessage")
            .WithSummary("Changes the words, the place or the mode of a message that is not read yet.")
            .WithDescription("409 message_read once a model was given it; message_fixed for news of other tasks.")
            .Refuses(400, 404, 409, 413, 415);
        queue.MapDelete("/{message_id}", RemoveAsync).WithName("removeQueuedMessage")
            .WithSummary("Takes back a message that is not read yet.")
            .WithDescription("409 message_read once a model was given it; message_fixed for news of other tasks.")
            .Refuses(404, 409);
    }

    private static async Task<Ok<QueueAnswer>> ListAsync(string id, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(new QueueAnswer(await tasks.ListQueuedAsync(id, cancellationToken)));

    private static async Task<Ok<QueueAnswer>> ChangeAsync(
        string id, [FromRoute(Name = "message_id")] string messageId, QueuedMessageBody body, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(new QueueAnswer(await tasks.ChangeQueuedAsync(id, messageId, body.ToCommand(), cancellationToken)));

    private static async Task<Ok<QueueAnswer>> RemoveAsync(string id, [FromRoute(Name = "message_id")] string messageId, ITaskService tasks, CancellationToken cancellationToken) =>
        TypedResults.Ok(new QueueAnswer(await tasks.RemoveQueuedAsync(id, messageId, cancellationToken)));
}

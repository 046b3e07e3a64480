using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Addresses that are told of tasks: outbound webhooks.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this RouteGroupBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("Notifications").ChangesRefuseCommands();
        notifications.MapGet("", List).WithName("listNotifications")
            .WithSummary("All addresses that are told of tasks.");
        notifications.MapPost("", CreateAsync).WithName("createNotification")
            .WithSummary("Makes an address that is told when tasks are done, have failed or need somebody.")
            .Refuses(400, 409, 413, 415);
        notifications.MapPatch("/{id}", UpdateAsync).WithName("updateNotification")
            .WithSummary("Changes what the body says; what is absent stays, and null takes an agent or a secret away.")
            .Refuses(400, 404, 413, 415);
        notifications.MapDelete("/{id}", DeleteAsync).WithName("deleteNotification")
            .WithSummary("Removes an address with its log; what is on its way to it is not sent any more.")
            .Refuses(404);
        notifications.MapPost("/{id}/test", TestAsync).WithName("testNotification")
            .WithSummary("Sends a word that nothing happened, to see that it arrives.")
            .Refuses(404);
        notifications.MapGet("/{id}/deliveries", DeliveriesAsync).WithName("listNotificationDeliveries")
            .WithSummary("What was sent to an address last, with what it answered, the newest first.")
            .Refuses(400, 404);
    }

    private static Ok<Page<NotificationAnswer>> List(INotificationService notifications) =>
        TypedResults.Ok(new Page<NotificationAnswer>([.. notifications.List().Select(NotificationAnswer.Of)]));

    private static async Task<Created<NotificationAnswer>> CreateAsync(NotificationBody body, INotificationService notifications, CancellationToken cancellationToken)
    {
        var saved = await notifications.SaveAsync(body.ApplyTo(new NotificationTarget { Id = "", Name = "", Url = "" }), cancellationToken);
        return TypedResults.Created($"/api/notifications/{saved.Id}", NotificationAnswer.Of(saved));
    }

    private static async Task<Ok<NotificationAnswer>> UpdateAsync(string id, NotificationBody body, INotificationService notifications, CancellationToken cancellationToken)
    {
        var present = notifications.List().FirstOrDefault(target => target.Id == id) ?? throw RefusedException.NotFound("notification", id);
        return TypedResults.Ok(NotificationAnswer.Of(await notifications.SaveAsync(body.ApplyTo(present), cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(string id, INotificationService notifications, CancellationToken cancellationToken)
    {
        await notifications.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted> TestAsync(string id, INotificationService notifications, CancellationToken cancellationToken)
    {
        await notifications.TestAsync(id, cancellationToken);
        return TypedResults.Accepted($"/api/notifications/{id}/deliveries");
    }

    private static async Task<Ok<Page<NotificationDelivery>>> DeliveriesAsync(string id, [AsParameters] PageParameters page, INotificationService notifications, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<NotificationDelivery>(await notifications.ListDeliveriesAsync(id, page.Read().Limit, cancellationToken)));
}

using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api;

/// <summary>What starts runs by itself: schedules, heartbeats and webhooks.</summary>
internal static class TriggerEndpoints
{
    public static void MapTriggers(this RouteGroupBuilder api)
    {
        var triggers = api.MapGroup("/triggers").WithTags("Triggers").ChangesRefuseCommands();
        triggers.MapGet("", ListAsync).WithName("listTriggers")
            .WithSummary("All triggers, the next to fire first.");
        triggers.MapPost("", CreateAsync).WithName("createTrigger")
            .WithSummary("Makes a trigger: for a task that is there, or alone for an agent.")
            .Refuses(400, 404, 413, 415);
        triggers.MapGet("/preview", Preview).WithName("previewSchedule")
            .WithSummary("The next five moments of a schedule that is not stored yet.")
            .Refuses(400);
        triggers.MapGet("/{id}", FindAsync).WithName("getTrigger")
            .WithSummary("One trigger with its next five firings.")
            .Refuses(404);
        triggers.MapPatch("/{id}", UpdateAsync).WithName("updateTrigger")
            .WithSummary("Changes what the body says; what is absent stays, and null takes a limit, an agent or a secret away.")
            .Refuses(400, 404, 413, 415);
        triggers.MapDelete("/{id}", DeleteAsync).WithName("deleteTrigger")
            .WithSummary("Removes the trigger with its history; its task stays.")
            .Refuses(404);
        triggers.MapPost("/{id}/pause", PauseAsync).WithName("pauseTrigger")
            .WithSummary("Holds it: nothing of it fires, and what is due meanwhile is not caught up on.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/resume", ResumeAsync).WithName("resumeTrigger")
            .WithSummary("Lets it fire again, from now on.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/reset", ResetAsync).WithName("resetTrigger")
            .WithSummary("Closes the breaker of one that was held because three of its runs failed.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/run", RunAsync).WithName("runTrigger")
            .WithSummary("Fires it now.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/skip-next", SkipNextAsync).WithName("skipNextFiring")
            .WithSummary("Leaves its next firing out.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/renew-address", RenewAsync).WithName("renewWebhookAddress")
            .WithSummary("Gives a webhook another address; the one before leads nowhere from then on.")
            .Refuses(404, 409);
        triggers.MapPost("/{id}/test", TestAsync).WithName("testWebhook")
            .WithSummary("Calls a webhook as its sender would.")
            .Refuses(404, 409, 429);
        triggers.MapGet("/{id}/firings", FiringsAsync).WithName("listFirings")
            .WithSummary("Every firing and every skip with its reason, the newest first.")
            .Refuses(400, 404);
        triggers.MapGet("/{id}/deliveries", DeliveriesAsync).WithName("listWebhookDeliveries")
            .WithSummary("What came in at the address of a webhook last, taken or refused.")
            .Refuses(400, 404);
    }

    private static async Task<Ok<Page<TriggerAnswer>>> ListAsync(
        ITriggerService triggers,
        CancellationToken cancellationToken,
        [FromQuery(Name = "task_id"), Description("Only the triggers of this task.")] string? taskId = null)
    {
        var lastRuns = await triggers.ListLastRunsAsync(cancellationToken: cancellationToken);
        return TypedResults.Ok(new Page<TriggerAnswer>([.. triggers.List().Where(trigger => taskId is null || trigger.TaskId == taskId).Select(trigger => TriggerAnswer.Of(trigger, triggers, lastRuns))]));
    }

    private static async Task<Created<TriggerAnswer>> CreateAsync(TriggerBody body, ITriggerService triggers, CurrentCaller caller, CancellationToken cancellationToken)
    {
        var trigger = await triggers.CreateAsync(body.TaskId, body.ToDefinition(), caller.Value.UserId, cancellationToken);
        return TypedResults.Created($"/api/triggers/{trigger.Id}", await TriggerAnswer.OfAsync(trigger, triggers, cancellationToken));
    }

    private static Ok<PreviewAnswer> Preview(
        ITriggerService triggers,
        [FromQuery(Name = "cron"), Description("As for a new trigger.")] string? cron = null,
        [FromQuery(Name = "time_zone"), Description("As for a new trigger.")] string? timeZone = null,
        [FromQuery(Name = "every_s"), Description("As for a new trigger.")] string? everyS = null)
    {
        var errors = new FieldErrors();
        long? seconds = null;
        if (everyS is not null && !long.TryParse(everyS, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)) errors.Add("every_s", "every_s has to be a number of seconds.");
        else if (everyS is not null) seconds = long.Parse(everyS, System.Globalization.CultureInfo.InvariantCulture);
        errors.Refuse();
        return TypedResults.Ok(new PreviewAnswer(triggers.Preview(cron, timeZone ?? "UTC", seconds)));
    }

    private static async Task<Ok<TriggerAnswer>> FindAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(await TriggerAnswer.OfAsync(triggers.Find(id) ?? throw RefusedException.NotFound("trigger", id), triggers, cancellationToken));

    private static async Task<Ok<TriggerAnswer>> UpdateAsync(string id, TriggerBody body, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(await TriggerAnswer.OfAsync(await triggers.ChangeAsync(id, body.ApplyTo, cancellationToken), triggers, cancellationToken));

    private static async Task<NoContent> DeleteAsync(string id, ITriggerService triggers, CancellationToken cancellationToken)
    {
        await triggers.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<Ok<TriggerAnswer>> PauseAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) => Answer(triggers.PauseAsync(id, cancellationToken), triggers, cancellationToken);

    private static Task<Ok<TriggerAnswer>> ResumeAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) => Answer(triggers.ResumeAsync(id, cancellationToken), triggers, cancellationToken);

    private static Task<Ok<TriggerAnswer>> ResetAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) => Answer(triggers.ResetAsync(id, cancellationToken), triggers, cancellationToken);

    private static Task<Ok<TriggerAnswer>> SkipNextAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) => Answer(triggers.SkipNextAsync(id, cancellationToken), triggers, cancellationToken);

    private static Task<Ok<TriggerAnswer>> RenewAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) => Answer(triggers.RenewAddressAsync(id, cancellationToken), triggers, cancellationToken);

    private static async Task<Ok<TriggerFiring>> RunAsync(string id, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(await triggers.RunNowAsync(id, cancellationToken));

    private static async Task<Ok<WebhookAnswer>> TestAsync(string id, ITriggerService triggers, IWebhookReceiver receiver, CancellationToken cancellationToken) =>
        triggers.Find(id) is null ? throw RefusedException.NotFound("trigger", id) : TypedResults.Ok(WebhookEndpoints.AnswerOf(await receiver.TestAsync(id, cancellationToken)));

    private static async Task<Ok<Page<TriggerFiring>>> FiringsAsync(string id, [AsParameters] PageParameters page, ITriggerService triggers, CancellationToken cancellationToken)
    {
        var (limit, before) = page.Read();
        var firings = await triggers.ListFiringsAsync(id, before == 0 ? null : before, limit, cancellationToken);
        return TypedResults.Ok(new Page<TriggerFiring>(firings, firings.Count == limit ? firings[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }

    private static async Task<Ok<Page<WebhookDelivery>>> DeliveriesAsync(string id, [AsParameters] PageParameters page, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<WebhookDelivery>(await triggers.ListDeliveriesAsync(id, page.Read().Limit, cancellationToken)));

    private static async Task<Ok<TriggerAnswer>> Answer(Task<Trigger> changing, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(await TriggerAnswer.OfAsync(await changing, triggers, cancellationToken));
}

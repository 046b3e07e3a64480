using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What tasks wait for a person to answer.</summary>
internal static class RequestEndpoints
{
    public static void MapRequests(this RouteGroupBuilder api)
    {
        var requests = api.MapGroup("/requests").WithTags("Requests").ChangesRefuseCommands();
        requests.MapGet("", ListAsync).WithName("listRequests")
            .WithSummary("The open questions and approvals of all tasks, oldest first; resolved ones on demand.")
            .Refuses(400);
        requests.MapGet("/{id}", FindAsync).WithName("getRequest")
            .WithSummary("One question or approval, open or not.")
            .Refuses(404);
        requests.MapPost("/{id}/answer", AnswerAsync).WithName("answerRequest")
            .WithSummary("Answers it, once; the task goes on with the answer.")
            .Refuses(400, 404, 409, 413, 415);
    }

    private static async Task<Ok<Page<TaskRequest>>> ListAsync(
        [AsParameters] RequestListParameters parameters, IRequestService requests, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<TaskRequest>(await requests.ListAsync(parameters.ToQuery(), cancellationToken)));

    private static async Task<Ok<TaskRequest>> FindAsync(string id, IRequestService requests, CancellationToken cancellationToken) =>
        TypedResults.Ok(await requests.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("request", id));

    private static async Task<Ok<AnswerAnswer>> AnswerAsync(string id, AnswerBody body, IRequestService requests, CurrentCaller caller, CancellationToken cancellationToken)
    {
        var answered = await requests.AnswerAsync(id, body.ToAnswer(), caller.Value.Name, cancellationToken);
        return TypedResults.Ok(new AnswerAnswer(answered.Request, answered.Rule, answered.AlsoAnswered));
    }
}

/// <summary>The query of GET /api/requests.</summary>
internal sealed class RequestListParameters
{
    [FromQuery(Name = "status"), Description("open (default), resolved or all.")]
    public string? Status { get; init; }

    [FromQuery(Name = "kind"), Description("approval or question.")]
    public string? Kind { get; init; }

    [FromQuery(Name = "task_id")] public string? TaskId { get; init; }

    public RequestQuery ToQuery()
    {
        var errors = new FieldErrors();
        if (Status is not (null or "open" or "resolved" or "all")) errors.Add("status", "status has to be open, resolved or all.");
        var kind = Kind is null ? null : EnumText.Read<RequestKind>("kind", Kind, errors);
        errors.Refuse();
        return new RequestQuery { Open = Status switch { null or "open" => true, "resolved" => false, _ => null }, Kind = kind, TaskId = TaskId };
    }
}

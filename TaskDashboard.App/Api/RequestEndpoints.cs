using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What tasks wait for a person to answer.</summary>
internal static class RequestEndpoints
{
    public static void MapRequests(this RouteGroupBuilder api)
    {
        var requests = api.MapGroup("/requests").WithTags("Requests");
        requests.MapGet("", ListAsync).WithName("listOpenRequests")
            .WithSummary("The open questions and approvals of all tasks, oldest first.");
    }

    private static async Task<Ok<Page<TaskRequest>>> ListAsync(ITaskReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<TaskRequest>(await reader.ListOpenRequestsAsync(cancellationToken)));
}

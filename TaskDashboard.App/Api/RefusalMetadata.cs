using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api;

/// <summary>Puts the refusals of an endpoint into the OpenAPI document.</summary>
internal static class RefusalMetadata
{
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<Problem>(status, Problem.ContentType);
        return endpoint;
    }

    /// <summary>Says so of every endpoint of the group.</summary>
    public static RouteGroupBuilder AllRefuse(this RouteGroupBuilder group, int status)
    {
        group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        return group;
    }
}

using Microsoft.AspNetCore.Routing;
using TaskDashboard.App.Api;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Hosting;

/// <summary>Put on an endpoint that commands of agents may not call, because they could allow themselves with it what a person has to allow.</summary>
internal sealed record NotForCommands;

/// <summary>Puts <see cref="NotForCommands"/> on endpoints.</summary>
internal static class NotForCommandsExtensions
{
    public static RouteHandlerBuilder RefusesCommands(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new NotForCommands()).Refuses(StatusCodes.Status403Forbidden);

    /// <summary>On every endpoint of the group that does more than read.</summary>
    public static RouteGroupBuilder ChangesRefuseCommands(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            if (!endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(method => method.HttpMethods.Any(name => !HttpMethods.IsGet(name)))) return;
            endpoint.Metadata.Add(new NotForCommands());
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status403Forbidden, typeof(Problem), [Problem.ContentType]));
        });
        return group;
    }
}

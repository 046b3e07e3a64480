using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>Put on an endpoint that takes another role than its method says: without it, looking takes a viewer and everything else a member.</summary>
/// <param name="Role">The least that a caller has to be.</param>
internal sealed record NeededRole(PersonRole Role)
{
    /// <summary>The least that a caller of an endpoint has to be.</summary>
    public static PersonRole Of(Endpoint? endpoint, string method) =>
        endpoint?.Metadata.GetMetadata<NeededRole>() is { } needed ? needed.Role
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) ? PersonRole.Viewer
        : PersonRole.Member;
}

/// <summary>Puts <see cref="NeededRole"/> on endpoints.</summary>
internal static class NeededRoleExtensions
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, PersonRole role)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededRole(role));

    /// <summary>On every endpoint of the group that does more than read.</summary>
    public static RouteGroupBuilder ChangesNeed(this RouteGroupBuilder group, PersonRole role)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(method => method.HttpMethods.Any(name => !HttpMethods.IsGet(name)))) endpoint.Metadata.Add(new NeededRole(role));
        });
        return group;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>
/// Who asks, in this request, hub call or circuit. Scoped: each has its own. Looked up anew at every question, so that a long-lived circuit or stream
/// ends with the session that it was opened in.
/// </summary>
public sealed class CurrentCaller : ICallerSource
{
    private readonly IServiceProvider scope;
    private readonly PersonDirectory directory;
    private readonly IOptions<IdentityOptions> options;
    private Func<Caller>? said;
    private ClaimsPrincipal? circuitUser;

    internal CurrentCaller(IServiceProvider scope, PersonDirectory directory, IOptions<IdentityOptions> options) => (this.scope, this.directory, this.options) = (scope, directory, options);

    public Caller Value => said is not null ? said() : directory.HasAccounts ? OfCircuit() : Caller.Local;

    Caller ICallerSource.Caller => Value;

    /// <summary>A key that is revoked, an account that is locked or a role that is taken away counts there too; the end of the session does not.</summary>
    Func<Caller> ICallerSource.Lasting()
    {
        if (Value is { KeyId: not null } && said is { } holder) return holder;
        var userId = Value.UserId;
        return () => !directory.HasAccounts ? Caller.Local : directory.Find(userId) is { DisabledAt: null } person ? person.Caller : Caller.Nobody;
    }

    /// <summary>Said by what has found out who it is; asked again at every question.</summary>
    internal void Set(Func<Caller> who) => said = who;

    /// <summary>Who came with the request that a connection began with.</summary>
    internal void TakeFrom(HttpContext? connection)
    {
        var user = connection?.User ?? new ClaimsPrincipal();
        said = KeyHolder.Of(connection) ?? (() => Of(user));
    }

    /// <summary>The person that a session is of; nobody where there is none, or where it was ended.</summary>
    internal Caller Of(ClaimsPrincipal principal)
    {
        if (!directory.HasAccounts) return Caller.Local;
        var claims = options.Value.ClaimsIdentity;
        return principal.FindFirstValue(claims.UserIdClaimType) is { } userId
            && directory.Find(userId) is { DisabledAt: null } person
            && principal.FindFirstValue(claims.SecurityStampClaimType) == person.Stamp
                ? person.Caller
                : Caller.Nobody;
    }

    /// <summary>
    /// A circuit has no request: it knows who its page was sent to, and keeps that. What is still to be done for that person when the page has gone is done
    /// when the circuit's other services are gone as well; whether they may is looked up anew each time.
    /// </summary>
    private Caller OfCircuit()
    {
        if (circuitUser is null && scope.GetRequiredService<AuthenticationStateProvider>().GetAuthenticationStateAsync() is { IsCompletedSuccessfully: true } state) circuitUser = state.Result.User;
        return circuitUser is null ? Caller.Nobody : Of(circuitUser);
    }
}

/// <summary>Who came with a key, for what lives longer than the request and its services.</summary>
internal static class KeyHolder
{
    /// <remarks>Among the items: of everything that a request carries besides its user they alone are still there in a hub that is polled.</remarks>
    public static void Keep(HttpContext request, Func<Caller> holder) => request.Items[typeof(KeyHolder)] = holder;

    public static Func<Caller>? Of(HttpContext? request) => request?.Items[typeof(KeyHolder)] as Func<Caller>;
}

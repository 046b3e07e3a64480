using Microsoft.AspNetCore.Authorization;
using TaskDashboard.App.Api;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.People;

/// <summary>
/// Finds out who asks, and lets in who may: a program by its key, a person by their session, and while there are no accounts everybody, because then only
/// this machine is listened to.
/// </summary>
internal sealed class CallerMiddleware(RequestDelegate next, PersonDirectory directory, ApiKeys keys, PersonLimits limits)
{
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context, CurrentCaller current)
    {
        var endpoint = context.GetEndpoint();
        if (KeyOf(context.Request) is { } secret)
        {
            var digest = ApiKeys.DigestOf(secret);
            if (CallerOf(digest) == Caller.Nobody) return RefuseAsync(context, "The key is unknown, expired or revoked. Make another one under Settings, People.");
            keys.NoteUse(digest);
            Func<Caller> holder = () => CallerOf(digest);
            current.Set(holder);
            KeyHolder.Keep(context, holder);
        }
        else
        {
            var user = context.User;
            current.Set(() => current.Of(user));
        }

        var caller = current.Value;
        if (caller == Caller.Nobody)
        {
            if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
            if (WebApi.IsApi(context.Request.Path) || !HttpMethods.IsGet(context.Request.Method) || context.Request.Path.StartsWithSegments("/_blazor"))
                return RefuseAsync(context, "Sign in, or send an API key: Authorization: Bearer td_….");
            context.Response.Redirect($"/login?returnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return Task.CompletedTask;
        }

        directory.NoteSession();
        if (WebApi.IsApi(context.Request.Path))
        {
            try
            {
                limits.TakeRequest(caller);
            }
            catch (RefusedException refusal)
            {
                return Problem.Of(refusal).WriteAsync(context);
            }
        }

        var needed = NeededRole.Of(endpoint, context.Request.Method);
        return caller.Role >= needed || endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            ? next(context)
            : Problem.Of(RefusalOf(caller, needed)).WriteAsync(context);
    }

    /// <summary>Who has the role and came with a key for less is told of the key, not sent to somebody else.</summary>
    private RefusedException RefusalOf(Caller caller, PersonRole needed) =>
        caller.KeyId is { } id && RoleOf(caller.UserId) >= needed && keys.List(caller.UserId).FirstOrDefault(key => key.Id == id) is { } held
            ? RefusedException.KeyIsForLess(held.Scope, needed == PersonRole.Owner ? ApiScope.Admin : ApiScope.Run)
            : RefusedException.NotAllowed(needed == PersonRole.Owner ? "owners" : "members");

    private PersonRole? RoleOf(string userId) => directory.HasAccounts ? directory.Find(userId)?.Role : Caller.Local.Role;

    /// <summary>A key is as good as its person: without an account it is that of the person at this machine.</summary>
    private Caller CallerOf(string digest)
    {
        if (keys.FindGood(digest) is not { } key) return Caller.Nobody;
        var person = directory.HasAccounts ? directory.Find(key.UserId) is { DisabledAt: null } known ? known.Caller : null : key.UserId == Caller.Local.UserId ? Caller.Local : null;
        return person is null ? Caller.Nobody : person with { Role = (PersonRole)Math.Min((int)person.Role, (int)key.Role), KeyId = key.Id };
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ } header, ..] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return header[Bearer.Length..].Trim();

        // A browser cannot send headers with a web socket; nowhere else is a key to stand in an address, which ends up in logs.
        return request.Path.StartsWithSegments("/hubs") && request.Query["access_token"] is [{ Length: > 0 } token, ..] ? token : null;
    }

    private static Task RefuseAsync(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(401, "unauthenticated", detail).WriteAsync(context);
    }
}

using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.People;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// A server on loopback that asks nobody who they are can still be reached by every page that the person's browser shows. Two doors are closed here:
/// a foreign name that was made to lead to this machine (DNS rebinding: the Host header tells), and another site's page that
/// posts here or opens a socket (the Origin header tells). With accounts the first door may stand open: a foreign name brings no session along.
/// </summary>
internal sealed class LocalAccess(RequestDelegate next, PersonDirectory people)
{
    /// <summary>The last host that was let in; nearly every request has the same one.</summary>
    private string? lastGoodHost;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!people.HasAccounts && !IsLocal(request.Host))
            return Problem.Of(403, "forbidden", "The Host header names no loopback address; this server answers to its own machine only.").WriteAsync(context);

        if (ChangesSomething(request) && IsForeign(request))
            return Problem.Of(403, "forbidden", "A page of another site may not do this.").WriteAsync(context);

        return next(context);
    }

    private bool IsLocal(HostString host)
    {
        var value = host.Value;
        if (string.IsNullOrEmpty(value)) return false;
        if (value.Equals(Volatile.Read(ref lastGoodHost), StringComparison.Ordinal)) return true;
        if (!LoopbackOnly.IsLoopbackHost(host.Host)) return false;
        Volatile.Write(ref lastGoodHost, value);
        return true;
    }

    /// <summary>A web socket begins as a GET and can do everything afterwards.</summary>
    private static bool ChangesSomething(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Headers.Upgrade.Count > 0;

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin is not { Count: > 0 } origins) return false;
        var origin = origins.ToString();
        var behindScheme = origin.IndexOf("://", StringComparison.Ordinal) + 3;
        return behindScheme < 3 || !origin.AsSpan(behindScheme).Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}

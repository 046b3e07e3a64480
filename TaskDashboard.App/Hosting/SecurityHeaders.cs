using Microsoft.Extensions.Primitives;

namespace TaskDashboard.App.Hosting;

/// <summary>Tells browsers what pages and answers of this server may never do.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>
    /// Everything from this server and nothing from elsewhere. Styles may be inline, because Radzen's components size and place
    /// themselves that way; scripts may not. Pictures and fonts may be in the page itself (data:).
    /// </summary>
    private static readonly StringValues ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly StringValues NoSniff = "nosniff";

    /// <summary>Not <c>no-referrer</c>: under it browsers send <c>Origin: null</c> with a form, which is refused as foreign.</summary>
    private static readonly StringValues SameOrigin = "same-origin";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = SameOrigin;
        return next(context);
    }
}

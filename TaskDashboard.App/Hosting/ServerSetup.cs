using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Hosting;

/// <summary>What holds for every request, whether it asks for a page or for the API.</summary>
internal static class ServerSetup
{
    public static void ConfigureServer(this IWebHostBuilder host) => host
        // Without this, static files are found in Development only, and `dotnet run` of a fresh clone is Production.
        .UseStaticWebAssets()
        .ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.AllowSynchronousIO = false;
            server.Limits.MaxRequestBodySize = BodyLimit.MaxReadBytes;
        });

    public static void UseServerPolicies(this IApplicationBuilder app) => app
        .UseMiddleware<SecurityHeaders>()
        .UseMiddleware<LocalAccess>();
}

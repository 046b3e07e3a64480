using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.People;

namespace TaskDashboard.App.Hosting;

/// <summary>What holds for every request, whether it asks for a page or for the API.</summary>
internal static class ServerSetup
{
    /// <summary>
    /// Lets <c>ASPNETCORE_URLS</c> and its like win over appsettings.json, as everybody expects of a variable. The host itself ranks
    /// them below the file, which names an address here.
    /// </summary>
    public static void RankHostVariablesAboveFiles(this ConfigurationManager configuration)
    {
        var sources = configuration.Sources;
        var lastFile = sources.Select((source, index) => (source, index)).Last(entry => entry.source is JsonConfigurationSource).index;
        sources.Insert(lastFile + 1, new EnvironmentVariablesConfigurationSource { Prefix = "ASPNETCORE_" });
    }

    public static void ConfigureServer(this WebApplicationBuilder builder)
    {
        // Without this, static files are found in Development only, and `dotnet run` of a fresh clone is Production.
        builder.WebHost.UseStaticWebAssets();

        // What is run from a build serves files as what is published does, and not through a route that catches every GET.
        if (!builder.Environment.IsDevelopment()) builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", bool.FalseString);

        // It says that keys lie unencrypted: they lie in the data directory, which its owner alone may enter.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);

        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.AllowSynchronousIO = false;
            server.Limits.MaxRequestBodySize = BodyLimit.MaxReadBytes;
        });
        builder.Services.AddHostedService<ServerAnnouncement>();
    }

    public static void UseServerPolicies(this IApplicationBuilder app) => app
        .UseMiddleware<SecurityHeaders>()
        .UseMiddleware<LocalAccess>()

        // While nobody has an account there is no session to look for.
        .UseWhen(context => context.RequestServices.GetRequiredService<PersonDirectory>().HasAccounts, people => people.UseAuthentication())
        .UseMiddleware<CallerMiddleware>()
        .UseMiddleware<CommandsKeptOut>();
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Api.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.Hubs;
using TaskDashboard.App.People;
using TaskDashboard.App.Telemetry;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.Api;

/// <summary>Everything that speaks to programs rather than to people: REST, event streams, the hub, health and the OpenAPI document.</summary>
internal static class WebApi
{
    private static readonly PathString[] Roots = ["/api", "/hubs", "/health", "/metrics", "/openapi.json"];

    public static IServiceCollection AddWebApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSignalR().AddJsonProtocol(options => ApiJson.Configure(options.PayloadSerializerOptions));
        services.AddScoped<AgentEditing>();
        services.AddScoped<AgentImport>();
        services.AddSingleton<CommandCallers>();
        services.AddHealth();
        services.AddTelemetryOutlets();
        services.AddApiDocument();
        return services;
    }

    public static WebApplication MapWebApi(this WebApplication app)
    {
        app.UseWhen(
            context => IsApi(context.Request.Path),
            api => api.UseMiddleware<ProblemMiddleware>().UseMiddleware<BodyLimit>());

        // Whatever is asked for, the store may be locked or its disk full.
        var api = app.MapGroup("/api").AllRefuse(StatusCodes.Status503ServiceUnavailable);
        api.MapTasks();
        api.MapTaskCommands();
        api.MapBulkJobs();
        api.MapForks();
        api.MapComparisons();
        api.MapTaskQueue();
        api.MapTaskHistory();
        api.MapTaskFiles();
        api.MapTaskOutputs();
        api.MapArchives();
        api.MapAttachments();
        api.MapStreams();
        api.MapRuns();
        api.MapChats();
        api.MapRequests();
        api.MapApprovalRules();
        api.MapAgents();
        api.MapAgentFiles();
        api.MapTemplates();
        api.MapViews();
        api.MapTriggers();
        api.MapWebhooks();
        api.MapNotifications();
        api.MapConversations();
        api.MapMcp();
        api.MapModels();
        api.MapTools();
        api.MapSkills();
        api.MapSelfCheck();
        api.MapSetup();
        api.MapBackups();
        api.MapPeople();
        api.MapKeys();
        api.MapChatShares();
        api.MapChatLinks();
        api.MapBudgets();
        api.MapUsage();
        api.MapAudit();

        // A negotiation is a POST, and changes nothing.
        app.MapHub<TaskHub>("/hubs/tasks").Needs(PersonRole.Viewer);
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi("/openapi.json").AllowAnonymous();
        return app;
    }

    /// <summary>What is answered with problem details rather than with a page.</summary>
    public static bool IsApi(PathString path)
    {
        foreach (var root in Roots)
        {
            if (path.StartsWithSegments(root)) return true;
        }

        return false;
    }
}

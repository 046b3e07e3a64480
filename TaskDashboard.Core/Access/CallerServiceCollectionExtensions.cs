using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Core.Usage;
using TaskDashboard.Core.Views;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Access;

/// <summary>Puts a caller between a host's scopes and the engine.</summary>
public static class CallerServiceCollectionExtensions
{
    /// <summary>
    /// From here on the engine's public face, resolved in a scope, shows and does what the scope's <see cref="ICallerSource"/> may see and do. The host
    /// registers that one, scoped. The engine itself goes on unhindered: it asks for its own classes, never for these interfaces.
    /// </summary>
    public static IServiceCollection AddCallers(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services
            .Guard<ITaskReader, CallerTaskReader>()
            .Guard<ITaskFeed, CallerTaskFeed>()
            .Guard<ITaskService, CallerTaskService>()
            .Guard<ITaskForks, CallerForks>()
            .Guard<IComparisons, CallerComparisons>()
            .Guard<IChatService, CallerChatService>()
            .Guard<IRequestService, CallerRequestService>()
            .Guard<IApprovalRules, CallerApprovalRules>()
            .Guard<ITriggerService, CallerTriggerService>()
            .Guard<ITemplates, CallerTemplates>()
            .Guard<INotificationService, CallerNotifications>()
            .Guard<IWorkDirChanges, CallerWorkDirChanges>()
            .Guard<IWorkDirFiles, CallerWorkDirFiles>()
            .Guard<IAgentConversations, CallerConversations>()
            .Guard<IAgentStore, CallerAgents>()
            .Guard<IAgentRemoval, CallerAgentRemoval>()
            .Guard<IMcpCatalog, CallerMcpCatalog>()
            .Guard<IBudgets, CallerBudgets>()
            .Guard<IUsageReader, CallerUsage>()
            .Guard<IExchangeReader, CallerExchanges>()
            .Guard<ITimelineReader, CallerTimelines>()
            .Guard<ITranscriptReader, CallerTranscripts>()
            .Guard<IReplays, CallerReplays>()
            .AddScoped<ITaskArchives, CallerArchives>()
            .AddScoped<IServerData, CallerServerData>()
            .AddScoped<ISetupCheck, CallerSetup>()
            .AddScoped<IBulkJobs, CallerBulkJobs>()
            .AddScoped<ISavedViews, CallerSavedViews>()
            .AddScoped(provider => new CallerChats(provider.GetRequiredService<TaskReader>(), provider.GetRequiredService<ICallerSource>(), provider.GetRequiredService<ChatAccess>(), provider.GetRequiredService<ShareLinks>(), provider.GetRequiredService<AuditLog>()))
            .AddScoped(provider => new CallerAttachments(
                provider.GetRequiredService<AttachmentStore>(), provider.GetRequiredService<CallerTaskReader>(), provider.GetRequiredService<ICallerSource>()));
    }

    private static IServiceCollection Guard<TService, TGuard>(this IServiceCollection services)
        where TService : class
        where TGuard : class, TService =>
        services.AddScoped<TGuard>().Replace(ServiceDescriptor.Scoped<TService>(provider => provider.GetRequiredService<TGuard>()));
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Contexts;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.SelfCheck.Invariants;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Skills;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Commands;
using TaskDashboard.Core.Tools.Files;
using TaskDashboard.Core.Tools.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Core.Usage;
using TaskDashboard.Core.Views;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core;

/// <summary>Puts the engine into a host.</summary>
public static class TaskDashboardServiceCollectionExtensions
{
    /// <summary>
    /// Registers the engine. Its public face is <see cref="ITaskService"/>, <see cref="ITaskReader"/>, <see cref="ITaskFeed"/>,
    /// <see cref="IAgentStore"/> and <see cref="IModelCatalog"/>; it starts and stops with the host. A <see cref="TimeProvider"/> that is
    /// registered already is used.
    /// </summary>
    public static IServiceCollection AddTaskDashboard(this IServiceCollection services, IConfiguration configuration) => services
        .AddConfiguration(configuration)
        .AddTelemetry()
        .AddStorage()
        .AddAttachments(configuration)
        .AddProviders(configuration)
        .AddTools()
        .AddMcp()
        .AddRuns()
        .AddTasks()
        .AddBulkJobs()
        .AddForks()
        .AddRequests()
        .AddSkills(configuration)
        .AddTemplates()
        .AddSavedViews()
        .AddTriggers()
        .AddNotifications()
        .AddSelfCheck()
        .AddSetup()
        .AddPeople(configuration)
        .AddArchives(configuration)
        .AddCosts(configuration)
        .AddExchanges(configuration);

    private static IServiceCollection AddConfiguration(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton(Random.Shared);
        services.AddOptions<DashboardOptions>().Bind(configuration.GetSection(DashboardOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidation>();
        services.AddSingleton(provider => SecretRedaction.Of(provider.GetRequiredService<IOptions<ProvidersOptions>>().Value, configuration));
        return services;
    }

    private static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<EngineTelemetry>();
        services.AddHostedService<EngineGauges>();
        return services;
    }

    private static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider => DataDirectory.Open(provider.GetRequiredService<IOptions<DashboardOptions>>().Value.ResolvedDataDirectory));
        services.AddSingleton(provider => Store.Open(
            provider.GetRequiredService<DataDirectory>(), [.. provider.GetServices<ICommitListener>()], provider.GetRequiredService<RunSlots>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<Store>().Health);
        services.AddSingleton(provider => provider.GetRequiredService<Store>().Reader);
        services.AddSingleton<ITaskReader>(provider => provider.GetRequiredService<TaskReader>());
        services.AddSingleton<TranscriptReader>().AddSingleton<ITranscriptReader>(provider => provider.GetRequiredService<TranscriptReader>());
        services.AddSingleton<ISessionStore>(provider => provider.GetRequiredService<Store>().Reader);
        services.AddSingleton<ITaskLog>(provider => provider.GetRequiredService<Store>().Log);
        services.AddSingleton(provider => provider.GetRequiredService<Store>().Feed);
        services.AddSingleton<ITaskFeed>(provider => provider.GetRequiredService<Store>().Feed);
        services.AddSingleton<AgentChanges>();
        services.AddSingleton<AgentStore>().AddSingleton<IAgentStore>(provider => provider.GetRequiredService<AgentStore>());
        services.AddSingleton<AgentAdmission>();
        services.AddSingleton<AgentRemoval>().AddSingleton<IAgentRemoval>(provider => provider.GetRequiredService<AgentRemoval>());
        services.AddHostedService<IdempotencyKeyExpiry>();
        return services;
    }

    private static IServiceCollection AddAttachments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AttachmentOptions>().Bind(configuration.GetSection(AttachmentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AttachmentOptions>, AttachmentOptionsValidation>();
        services.AddSingleton(provider => new AttachmentStore(
            provider.GetRequiredService<Store>(), provider.GetRequiredService<IdSource>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<AttachmentOptions>>(), provider.GetRequiredService<ILogger<AttachmentStore>>()));
        services.AddSingleton<IRunToolSource, AttachmentToolSource>();
        services.AddHostedService<AttachmentExpiry>();
        return services;
    }

    private static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.AddSingleton<LiveRunTable>();
        services.AddSingleton(provider => new ProcessRunner(
            provider.GetRequiredService<DataDirectory>().Path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ProcessRunner>>(),
            provider.GetRequiredService<SecretRedaction>()));
        services.AddSingleton(provider => new OwnCommands(provider.GetRequiredService<ProcessRunner>(), provider.GetRequiredService<ILogger<OwnCommands>>()));
        services.AddSingleton<CommandSandbox>();
        services.AddSingleton<ICommandSandbox>(provider => provider.GetRequiredService<CommandSandbox>());
        services.AddSingleton<GitCommand>();
        services.AddSingleton<TaskWorktrees>();
        services.AddSingleton<GitTree>();
        services.AddSingleton<WorkDirBaselines>();
        services.AddSingleton<WorkDirChanges>();
        services.AddSingleton<IWorkDirChanges>(provider => provider.GetRequiredService<WorkDirChanges>());
        services.AddSingleton<WorkDirFiles>();
        services.AddSingleton<IWorkDirFiles>(provider => provider.GetRequiredService<WorkDirFiles>());
        services.AddSingleton<CallPrecautions>();
        services.AddSingleton(provider => new CommandOutputs(
            provider.GetRequiredService<DataDirectory>().Path, provider.GetRequiredService<IOptions<DashboardOptions>>().Value.Limits.MaxCommandOutputBytes));
        services.AddSingleton<IToolSource, CommandToolSource>();
        services.AddSingleton(provider => new Ripgrep(provider.GetRequiredService<ProcessRunner>()));
        services.AddSingleton<RunSlots>();
        services.AddSingleton<RetryPolicy>();
        services.AddSingleton<RunOwner>();
        services.AddSingleton<OpenTextTable>();
        services.AddSingleton<IConversationOpening, ConversationOpening>();
        services.AddSingleton<RunExecutor>();
        services.AddSingleton<LeftWorkReader>();
        services.AddSingleton<LeftCalls>();
        services.AddSingleton<RunRecovery>();
        services.AddSingleton<EngineState>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenTextTable>());
        services.AddHostedService<EngineHost>();
        services.AddHostedService(provider => provider.GetRequiredService<RunOwner>());
        return services;
    }

    private static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<ApprovalRuleStore>();
        services.AddSingleton<IApprovalRules>(provider => provider.GetRequiredService<ApprovalRuleStore>());
        services.AddSingleton<IRulesInForce>(provider => provider.GetRequiredService<ApprovalRuleStore>());
        services.AddSingleton<ApprovalGate>();
        services.AddSingleton<CallAdmission>();
        services.AddSingleton<RequestWait>();
        services.AddSingleton<RequestAnswering>();
        services.AddSingleton<RequestService>();
        services.AddSingleton<IRequestService>(provider => provider.GetRequiredService<RequestService>());
        services.AddSingleton<IQuestions, Questions>();
        return services;
    }

    private static IServiceCollection AddSkills(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SkillOptions>().Bind(configuration.GetSection(SkillOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SkillOptions>, SkillOptionsValidation>();
        services.AddSingleton<SkillCatalog>();
        services.AddSingleton<IRunToolSource, SkillToolSource>();
        return services;
    }

    private static IServiceCollection AddTriggers(this IServiceCollection services)
    {
        services.AddSingleton<TriggerStore>();
        services.AddSingleton<FiringMessages>();
        services.AddSingleton<FiringWorkers>();
        services.AddSingleton<TriggerFirings>();
        services.AddSingleton<CallRates>();
        services.AddSingleton<TriggerService>();
        services.AddSingleton<ITriggerService>(provider => provider.GetRequiredService<TriggerService>());
        services.AddSingleton<AgentConversations>();
        services.AddSingleton<IAgentConversations>(provider => provider.GetRequiredService<AgentConversations>());
        services.AddSingleton<IWebhookReceiver, WebhookReceiver>();
        services.AddSingleton(provider => new Lazy<TriggerStore>(provider.GetRequiredService<TriggerStore>));
        services.AddSingleton(provider => new Lazy<TriggerFirings>(provider.GetRequiredService<TriggerFirings>));
        services.AddSingleton<TriggerScheduler>();
        services.AddSingleton<ICommitListener>(provider => provider.GetRequiredService<TriggerScheduler>());
        services.AddHostedService(provider => provider.GetRequiredService<TriggerScheduler>());
        return services;
    }

    private static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<NotificationSignal>();

        // Lazy, because the store tells the follower of its writes.
        services.AddSingleton(provider => new Lazy<Store>(provider.GetRequiredService<Store>));
        services.AddSingleton<NotificationStore>();
        services.AddSingleton(provider => new Lazy<NotificationStore>(provider.GetRequiredService<NotificationStore>));
        services.AddSingleton<ICommitListener, NotificationFollower>();
        services.AddSingleton<NotificationService>();
        services.AddSingleton<INotificationService>(provider => provider.GetRequiredService<NotificationService>());
        services.AddHostedService<NotificationSender>();
        return services;
    }

    private static IServiceCollection AddPeople(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PeopleOptions>().Bind(configuration.GetSection(PeopleOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PeopleOptions>, PeopleOptionsValidation>();
        services.AddSingleton(provider => new PersonLimits(provider.GetRequiredService<IOptions<PeopleOptions>>(), provider.GetRequiredService<TaskReader>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ChatAccess(provider.GetRequiredService<Store>()));
        services.AddSingleton(provider => new AuditLog(provider.GetRequiredService<Store>()));
        services.AddSingleton(provider => new ShareLinks(provider.GetRequiredService<Store>(), provider.GetRequiredService<IdSource>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LinkedChats(provider.GetRequiredService<Store>(), provider.GetRequiredService<TaskFeed>(), provider.GetRequiredService<ShareLinks>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ApiKeys(
            provider.GetRequiredService<Store>(), provider.GetRequiredService<IdSource>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ChatAccess>().NoteChange));

        // Whoever asks for it finds the schema as it is to be.
        services.AddSingleton(provider => new DatabaseFile(provider.GetRequiredService<Store>().Directory.DatabaseFile));
        return services;
    }

    private static IServiceCollection AddSelfCheck(this IServiceCollection services)
    {
        services.AddSingleton<EngineCounters>();
        services.AddSingleton<IInvariant, RunningTasksHaveAnOwner>();
        services.AddSingleton<IInvariant, PendingTasksMoveOn>();
        services.AddSingleton<IInvariant, WaitingTasksHaveAWayOut>();
        services.AddSingleton<IInvariant, SlotsAddUp>();
        services.AddSingleton<IInvariant, StoreTakesWrites>();
        services.AddSingleton<IInvariant, LogsSayWhatRowsSay>();
        services.AddSingleton<IInvariant, CountsAreExact>();
        services.AddSingleton<IInvariant, NoCallAfterCancel>();
        services.AddSingleton<Watchdog>();
        services.AddSingleton<ISelfCheck>(provider => provider.GetRequiredService<Watchdog>());
        services.AddHostedService(provider => provider.GetRequiredService<Watchdog>());
        return services;
    }

    private static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.AddSingleton<DueTimes>();
        services.AddSingleton<CommittedTasks>();
        services.AddSingleton<ICommitListener>(provider => provider.GetRequiredService<CommittedTasks>());
        services.AddSingleton<TaskDispatcher>();
        services.AddSingleton<TaskInbox>();
        services.AddSingleton<Subtasks>();
        services.AddSingleton<SubtaskWait>();

        // Lazy, because the engine that carries out what tools start needs the tools in turn.
        services.AddSingleton<IToolSource, TaskToolSource>();
        services.AddSingleton(provider => new Lazy<Subtasks>(provider.GetRequiredService<Subtasks>));
        services.AddSingleton(provider => new Lazy<SubtaskWait>(provider.GetRequiredService<SubtaskWait>));
        services.AddSingleton<DataFolders>();
        services.AddSingleton<TaskCreation>();
        services.AddSingleton<TaskContinuation>();
        services.AddSingleton<TaskStopping>();
        services.AddSingleton<TaskService>();
        services.AddSingleton<ITaskService>(provider => provider.GetRequiredService<TaskService>());
        services.AddSingleton<ChatService>();
        services.AddSingleton<IChatService>(provider => provider.GetRequiredService<ChatService>());
        return services;
    }
}

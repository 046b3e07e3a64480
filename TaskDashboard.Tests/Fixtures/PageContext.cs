using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Radzen;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.Localization;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Skills;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Core.Usage;
using TaskDashboard.Core.Views;
using TaskDashboard.Core.WorkDirs;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Mcp;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>What a component needs around it, over fakes: pages are drawn as in a live circuit, scripts answer nothing.</summary>
public abstract class PageContext : BunitContext, IAsyncLifetime
{
    /// <summary>Nobody has an account.</summary>
    private protected PersonDirectory People { get; } = new(() => { });

    private protected PageContext()
    {
        DefaultWaitTimeout = Engine.Bound;
        JSInterop.Mode = JSRuntimeMode.Loose;
        foreach (var script in new[] { "menu", "task-table", "transcript", "composer", "queued-editor", "local-time", "slash-menu", "agent-editor", "alerts", "runs", "commands", "app-badge", "task-keys", "peek", "transcript-search" }) JSInterop.SetupModule($"./js/{script}.js").Mode = JSRuntimeMode.Loose;
        var attachments = JSInterop.SetupModule("./js/attachments.js");
        attachments.Mode = JSRuntimeMode.Loose;
        attachments.Setup<string[]>("take", _ => true).SetResult([]);
        JSInterop.Setup<Radzen.Blazor.Rendering.Rect>("Radzen.createChart", _ => true).SetResult(new() { Width = 600, Height = 200 });
        Services.AddLocalization();
        Services.AddRadzenComponents();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<ITaskFeed>(Feed);
        Services.AddSingleton<ITaskReader>(Store);
        Services.AddSingleton<ITranscriptReader>(Transcripts);
        Services.AddSingleton<ITaskService>(Tasks);
        Services.AddSingleton<IChatService>(Chats);
        Services.AddSingleton<ChatViewers>();
        Services.AddSingleton(People);
        Services.AddScoped(provider => new CurrentCaller(provider, People, Options.Create(new IdentityOptions())));
        Services.AddSingleton<IAgentStore>(Agents);
        Services.AddSingleton<IModelCatalog>(Models);
        Services.AddSingleton<ITemplates>(Templates);
        Services.AddSingleton<ISavedViews>(Views);
        Services.AddSingleton<ITaskForks>(Forks);
        Services.AddSingleton<IComparisons>(Forks);
        Services.AddSingleton<IAgentRemoval>(Removal);
        Services.AddSingleton<IToolSource, FileToolSource>();
        Services.AddSingleton<IToolSource>(new NamedTools(("run_command", ToolRisk.Execute), ("fetch_url", ToolRisk.Network)));
        Services.AddSingleton<ToolCatalog>();
        Services.AddSingleton<IdSource>();
        Services.AddScoped<AgentEditing>();
        Services.AddScoped<AgentImport>();
        Services.AddSingleton<IMcpCatalog>(Mcp);
        Services.AddSingleton<INotificationService>(Notifications);
        Services.AddSingleton<ITriggerService>(Triggers);
        Services.AddSingleton<IWebhookReceiver>(Triggers);
        Services.AddScoped<LiveTaskList>();
        Services.AddScoped<RunningCountViewModel>();
        Services.AddScoped<PendingDeletions>();
        Services.AddScoped<TaskCommands>();
        Services.AddScoped<PaletteViewModel>();
        Services.AddSingleton<IBulkJobs>(Bulk);
        Services.AddScoped<BulkJobList>();
        Services.AddSingleton<ISelfCheck>(Check);
        Services.AddSingleton<IWorkDirChanges>(Changes);
        Services.AddSingleton<ICommandSandbox>(Sandbox);
        Services.AddSingleton<ITaskArchives>(Archives);
        Services.AddSingleton<IServerData>(ServerData);
        Services.AddSingleton<ISetupCheck>(Setup);
        Services.AddScoped<PageLanguage>();
        Services.AddSingleton<IBudgets>(Budgets);
        Services.AddSingleton<IUsageReader>(Usage);
        Services.AddSingleton(Contexts.ContextOptionsTests.Windows(0.8, ("openai/*", 10_000)));
        Services.AddSingleton<ITimelineReader>(Timelines);
        Services.AddSingleton<IExchangeReader>(Timelines);
        Services.AddSingleton<IReplays>(Replays);
        Services.AddScoped<SelfCheckViewModel>();
        Services.AddSingleton<SkillCatalog>();
        SetRendererInfo(new RendererInfo("Server", true));
    }

    private protected WatchedTranscripts Transcripts { get; } = new(new StandingTranscripts());

    private protected StandingArchives Archives { get; } = new();

    private protected ListedBulkJobs Bulk { get; } = new();

    private protected ListedTimelines Timelines { get; } = new();

    private protected StandingReplays Replays { get; } = new();

    private protected StandingSetup Setup { get; } = new();

    private protected StandingServerData ServerData { get; } = new();

    private protected StandingBudgets Budgets { get; } = new();

    private protected StandingUsage Usage { get; } = new();

    private protected ManualTimeProvider Time { get; } = new();

    private protected ChannelFeed Feed { get; } = new();

    private protected ListedTasks Store { get; } = new();

    private protected RecordingTaskService Tasks { get; } = new();

    private protected ListedChats Chats { get; } = new();

    private protected ListedAgents Agents { get; } = new();

    private protected ListedRemoval Removal { get; } = new();

    private protected ListedTemplates Templates { get; } = new();

    private protected ListedViews Views { get; } = new();

    private protected ListedForks Forks { get; } = new();

    private protected ListedModels Models { get; } = new();

    private protected ListedMcp Mcp { get; } = new();

    private protected ListedNotifications Notifications { get; } = new();

    private protected RefusingTriggers Triggers { get; } = new();

    private protected StandingSelfCheck Check { get; } = new();

    private protected ListedChanges Changes { get; } = new();

    private protected StandingSandbox Sandbox { get; } = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    // Before xunit's own, synchronous disposal: view models of a circuit dispose asynchronously.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    /// <summary>
    /// Moves the clock, so that what is throttled is drawn, until the page shows what is asked; then waits for the rest of what drew it: one
    /// change may be drawn in two batches.
    /// </summary>
    private protected async Task Until(Func<bool> condition)
    {
        await Eventually.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        });
        await Renderer.Dispatcher.InvokeAsync(() => { }).WaitAsync(Engine.Bound);
    }

    private protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();
}

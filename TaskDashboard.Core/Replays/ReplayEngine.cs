using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Replays;

/// <summary>The engine itself, in a folder of its own, with a recorded model, recorded tools and a clock that does not wait. For one replay.</summary>
internal sealed class ReplayEngine : IAsyncDisposable
{
    private static readonly string[] KeptSections = [$"{DashboardOptions.Section}:Limits", ContextOptions.Section, PriceOptions.Section];

    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(15);

    private readonly ServiceProvider services;
    private readonly List<IHostedService> hosted = [];

    /// <param name="recorded">What is played.</param>
    /// <param name="stage">What happens around it.</param>
    /// <param name="settings">Of the program: its limits hold here too.</param>
    /// <param name="folder">Is made, and goes with whoever made it.</param>
    public ReplayEngine(RecordedRun recorded, ReplayStage stage, IConfiguration settings, string folder)
    {
        Time = new VirtualTime(recorded.Run.StartedAt);
        Model = new ReplayModel(recorded, Time, stage);
        var kept = KeptSections.SelectMany(section => settings.GetSection(section).AsEnumerable()).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        kept[$"{DashboardOptions.Section}:DataDirectory"] = folder;
        kept[$"{ExchangeOptions.Section}:Record"] = "false";
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddTaskDashboard(new ConfigurationBuilder().AddInMemoryCollection(kept).Build());

        // Nothing by itself but the run: no schedules, no watch, no words to the outside.
        collection.RemoveAll<IHostedService>();
        collection.AddHostedService<EngineHost>();
        collection.RemoveAll<IRunToolSource>();
        collection.AddSingleton<IRunToolSource>(new ReplayTools(recorded, stage));
        collection.AddSingleton<IModelCatalog>(Model);
        collection.AddSingleton(recorded);
        collection.AddSingleton<IConversationOpening, ReplayOpening>();
        collection.AddSingleton<ICommitListener>(stage);
        services = collection.BuildServiceProvider();
    }

    public VirtualTime Time { get; }

    public ReplayModel Model { get; }

    public async Task StartAsync(ReplayStage stage, CancellationToken cancellationToken)
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            hosted.Add(service);
            await service.StartAsync(cancellationToken);
        }

        stage.Open(services.GetRequiredService<ITaskLog>(), services.GetRequiredService<LiveRunTable>(), services.GetRequiredService<IdSource>());
    }

    /// <summary>Lets the run begin.</summary>
    /// <param name="recorded">What is played.</param>
    /// <param name="limits">What the run's agent may use up.</param>
    /// <param name="stage">Follows it.</param>
    public async Task BeginAsync(RecordedRun recorded, AgentLimits limits, ReplayStage stage)
    {
        var agent = new AgentDefinition
        {
            Id = services.GetRequiredService<IdSource>().NewAgent(),
            Name = "Replay",
            Model = recorded.Run.Model,
            Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll },
            Limits = limits,
            CreatedAt = recorded.Run.StartedAt,
            UpdatedAt = recorded.Run.StartedAt,
        };
        await services.GetRequiredService<AgentStore>().SaveAsync(agent);
        var tasks = services.GetRequiredService<TaskService>();

        // Not before there is somebody to follow it: a short run is over at once.
        var begun = await tasks.CreateAsync(new CreateTask { AgentId = agent.Id, Message = "Replay", Title = "Replay", Model = recorded.Run.Model, TimeoutS = recorded.Task.TimeoutS, DelayUntil = Time.GetUtcNow().AddSeconds(1) });
        stage.Follow(begun.Task.Id, () => tasks.CancelAsync(begun.Task.Id, CancelScope.Task, "replay"));
        Time.Advance(TimeSpan.FromSeconds(2));
    }

    /// <summary>What became of the task's run, with its transcript.</summary>
    public async Task<(Run Run, IReadOnlyList<ChatEntry> Transcript)> ReadAsync(AgentTask ended, CancellationToken cancellationToken)
    {
        var reader = services.GetRequiredService<TaskReader>();
        var run = await reader.FindRunAsync(ended.RunId!, cancellationToken) ?? throw new InvalidOperationException($"{ended.RunId} is not there.");
        return (run, await RecordedRun.LoadTranscriptAsync(ended.Id, run.RunId, reader, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        // By the real time: nobody moves the replay's own any more.
        using var late = new CancellationTokenSource(StopWithin);
        foreach (var service in hosted.OfType<IHostedLifecycleService>()) await service.StoppingAsync(late.Token);
        foreach (var service in hosted) await service.StopAsync(late.Token);
        await services.DisposeAsync();
    }
}

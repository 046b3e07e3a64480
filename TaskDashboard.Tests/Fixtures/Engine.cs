using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>The whole engine without the web: real store in a folder of its own, a scripted model. Can be stopped, killed and started again.</summary>
public sealed class Engine : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen. Far more than it takes, so that only a defect reaches it.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to stop: a host gives its services 30 s. Beyond it the test fails rather than waits for ever.</summary>
    public static readonly TimeSpan StopBound = TimeSpan.FromSeconds(90);

    private readonly string directory;
    private readonly bool ownsDirectory;
    private readonly IHost host;
    private bool stopped;

    private Engine(IHost host, string directory, bool ownsDirectory, ScriptedModelProvider model, RecordedLogs logs)
    {
        Logs = logs;
        this.host = host;
        this.directory = directory;
        this.ownsDirectory = ownsDirectory;
        Model = model;
    }

    public ScriptedModelProvider Model { get; }

    /// <summary>Warnings and worse.</summary>
    public RecordedLogs Logs { get; }

    public string DataDirectory => directory;

    public IServiceProvider Services => host.Services;

    public ITaskService Tasks => Services.GetRequiredService<ITaskService>();

    public ITaskReader Reader => Services.GetRequiredService<ITaskReader>();

    public ITaskFeed Feed => Services.GetRequiredService<ITaskFeed>();

    internal Core.Budgets.IBudgets Budgets => Services.GetRequiredService<Core.Budgets.IBudgets>();

    internal Store Store => Services.GetRequiredService<Store>();

    internal ITaskLog Log => Services.GetRequiredService<ITaskLog>();

    public string AgentId { get; private set; } = "";

    public static Task<Engine> StartAsync(
        Action<ScriptedModelProvider>? script = null, string? directory = null, TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        StartWithAsync(_ => { }, script, directory, time, settings);

    /// <param name="services">Changes to what the engine registers.</param>
    /// <param name="script">What the model says.</param>
    /// <param name="directory">An existing data directory to go on with; null makes one that goes with this object.</param>
    /// <param name="time">A clock of the test's own.</param>
    /// <param name="settings">Keys without the leading <c>TaskDashboard:</c>.</param>
    public static async Task<Engine> StartWithAsync(
        Action<IServiceCollection> services, Action<ScriptedModelProvider>? script = null, string? directory = null, TimeProvider? time = null,
        params (string Key, string Value)[] settings)
    {
        var model = new ScriptedModelProvider();
        script?.Invoke(model);
        var folder = directory ?? Directory.CreateTempSubdirectory("taskdashboard-test-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(
            settings.Select(setting => KeyValuePair.Create($"TaskDashboard:{setting.Key}", (string?)setting.Value)))
        { ["TaskDashboard:DataDirectory"] = folder });
        var logs = new RecordedLogs();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(logs);
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddTaskDashboard(builder.Configuration);
        builder.Services.AddSingleton<IModelCatalog>(model);
        services(builder.Services);
        var engine = new Engine(builder.Build(), folder, directory is null, model, logs);
        try
        {
            await engine.host.StartAsync();
        }
        catch
        {
            // A host that did not start cannot be stopped.
            engine.stopped = true;
            engine.host.Dispose();
            await engine.DisposeAsync();
            throw;
        }

        engine.AgentId = (await engine.Services.GetRequiredService<IAgentStore>().ListAsync()).Single(agent => agent.Name == "Assistant").Id;
        return engine;
    }

    public async Task<AgentTask> CreateAsync(string message, Func<CreateTask, CreateTask>? with = null)
    {
        // Tests say the same to many tasks; those that are about duplicates say so.
        var command = new CreateTask { AgentId = AgentId, Message = message, AllowDuplicates = true };
        return (await Tasks.CreateAsync(with is null ? command : with(command))).Task;
    }

    /// <summary>Waits until the task is as wanted, by watching its stream.</summary>
    public async Task<AgentTask> WaitForAsync(string taskId, Func<AgentTask, bool> wanted)
    {
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await foreach (var _ in Feed.WatchListAsync(0, bound.Token))
            {
                if (await Reader.FindAsync(taskId, bound.Token) is { } task && wanted(task)) return task;
            }
        }
        catch (OperationCanceledException)
        {
            var last = await Reader.FindAsync(taskId);
            throw new TimeoutException($"The task never was as wanted; last: {last?.Status} {last?.Reason} {last?.ReasonText}");
        }

        throw new InvalidOperationException("The list's stream ended.");
    }

    public Task<AgentTask> WaitForAsync(string taskId, AgentTaskStatus status) => WaitForAsync(taskId, task => task.Status == status);

    /// <summary>Waits until so many tasks have a status.</summary>
    public async Task WaitForCountAsync(AgentTaskStatus status, long count)
    {
        using var bound = new CancellationTokenSource(Bound);
        await foreach (var _ in Feed.WatchListAsync(0, bound.Token))
        {
            if (Reader.Counts.ByStatus[status] == count) return;
        }
    }

    /// <summary>Watches a task until a frame is seen.</summary>
    public async Task WatchUntilAsync(string taskId, Func<StreamFrame, bool> seen)
    {
        using var bound = new CancellationTokenSource(Bound);
        await foreach (var frame in Feed.WatchTaskAsync(taskId, 0, bound.Token))
        {
            if (seen(frame)) return;
        }

        throw new InvalidOperationException("The stream ended before it was seen.");
    }

    /// <summary>Watches a task to the end of its stream.</summary>
    public async Task<List<StreamFrame>> WatchToEndAsync(string taskId, long after = 0)
    {
        using var bound = new CancellationTokenSource(Bound);
        var frames = new List<StreamFrame>();
        await foreach (var frame in Feed.WatchTaskAsync(taskId, after, bound.Token)) frames.Add(frame);
        return frames;
    }

    /// <summary>
    /// The data directory as a process that is killed at this very moment leaves it: what is committed is there, and nobody tidied up.
    /// </summary>
    public string CopyAsLeftByAKill()
    {
        var copy = Directory.CreateTempSubdirectory("taskdashboard-killed-").FullName;
        foreach (var file in new[] { "taskdashboard.db", "taskdashboard.db-wal" }.Where(file => File.Exists(Path.Combine(directory, file))))
        {
            using var from = new FileStream(Path.Combine(directory, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = File.Create(Path.Combine(copy, file));
            from.CopyTo(to);
        }

        return copy;
    }

    /// <summary>Stops as a person would stop it, keeping the folder for the next start.</summary>
    public async Task StopAsync()
    {
        if (stopped) return;
        stopped = true;
        await StopHostAsync().WaitAsync(StopBound);
    }

    private async Task StopHostAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (ownsDirectory) Directory.Delete(directory, recursive: true);
    }
}

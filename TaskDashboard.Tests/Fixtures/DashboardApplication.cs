using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>
/// The whole program, started by its own Program.cs: real server on a free loopback port, real store in a folder of its own.
/// Can be stopped and started again on the same folder.
/// </summary>
public sealed class DashboardApplication : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen. Far more than it takes, so that only a defect reaches it.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Factory factory;
    private readonly bool ownsDirectory;
    private bool stopped;

    private DashboardApplication(Factory factory, ScriptedModelProvider? model, bool ownsDirectory)
    {
        this.factory = factory;
        this.ownsDirectory = ownsDirectory;
        Model = model ?? new ScriptedModelProvider();
        factory.StartServer();
        var addresses = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;

        // The program starts on a thread of its own: on a busy machine this one can be ahead of it, and an address stands there before it has its port.
        var started = factory.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted;
        if (!started.WaitHandle.WaitOne(Bound)) throw new TimeoutException($"The server did not begin to listen. Its log:\n{string.Join('\n', factory.Logs.Lines)}");
        Address = new Uri(addresses.Addresses.Single());
        Client = NewClient();
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; }

    /// <summary>For requests to <see cref="Address"/>.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => factory.Services;

    /// <summary>The model behind every task, unless the program was started with its real models.</summary>
    public ScriptedModelProvider Model { get; }

    public string DataDirectory => factory.DataDirectory;

    /// <summary>Everything that was logged, at every level that is on.</summary>
    public RecordedLogs Logs => factory.Logs;

    public ITaskService Tasks => Services.GetRequiredService<TaskService>();

    public ITaskReader Reader => Services.GetRequiredService<TaskReader>();

    public ITaskFeed Feed => Services.GetRequiredService<TaskFeed>();

    /// <summary>The ready-made agent that has every tool.</summary>
    public string AgentId { get; private set; } = "";

    /// <param name="script">What the scripted model says.</param>
    /// <param name="directory">An existing data directory to go on with; null makes one that goes with this object.</param>
    /// <param name="time">A clock of the test's own.</param>
    /// <param name="realModels">True to take the models from the settings, as the program does.</param>
    /// <param name="services">Changes to what the program registers.</param>
    /// <param name="settings">Keys without the leading <c>TaskDashboard:</c>; as they stand behind a <c>/</c>.</param>
    public static async Task<DashboardApplication> StartAsync(
        Action<ScriptedModelProvider>? script = null,
        string? directory = null,
        TimeProvider? time = null,
        bool realModels = false,
        Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings)
    {
        var model = realModels ? null : new ScriptedModelProvider();
        if (model is not null) script?.Invoke(model);
        var folder = directory ?? Directory.CreateTempSubdirectory("taskdashboard-app-").FullName;
        var factory = new Factory(folder, settings, collection =>
        {
            if (time is not null) collection.AddSingleton(time);
            if (model is not null) collection.AddSingleton<IModelCatalog>(model);
            services?.Invoke(collection);
        });
        // A host that does not start cannot be stopped either: what it threw is all there is.
        var application = new DashboardApplication(factory, model, directory is null);
        try
        {
            application.AgentId = (await application.Services.GetRequiredService<AgentStore>().ListAsync()).First(agent => agent.Name == "Assistant").Id;
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with a connection pool of its own.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = Bound };

    /// <summary>Waits until the task is as wanted, told of every change by the list's stream.</summary>
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

    /// <summary>Stops as a person would stop it, keeping the folder for the next start.</summary>
    public async Task StopAsync()
    {
        if (stopped) return;
        stopped = true;
        Client.Dispose();
        await factory.DisposeAsync().AsTask().WaitAsync(Engine.StopBound);
        await WaitUntilUnlockedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (ownsDirectory) Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Program.cs takes its services down on a thread of its own; the lock of the data directory is the last to go.</summary>
    private async Task WaitUntilUnlockedAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var free = new FileStream(Path.Combine(DataDirectory, "taskdashboard.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < Bound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    private sealed class Factory : WebApplicationFactory<Program>
    {
        private readonly (string Key, string Value)[] settings;
        private readonly Action<IServiceCollection> services;

        public Factory(string dataDirectory, (string Key, string Value)[] settings, Action<IServiceCollection> services)
        {
            DataDirectory = dataDirectory;
            this.settings = settings;
            this.services = services;
            UseKestrel();
        }

        public string DataDirectory { get; }

        public RecordedLogs Logs { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            // As it is run from a clone or a published folder; the development environment adds routes of its own.
            builder.UseEnvironment(Environments.Production);
            builder.UseSetting("urls", "http://127.0.0.1:0");

            // Nobody changes settings under a test, and a system has few watches to give: some allow 128 to all programs of a user together.
            builder.UseSetting("hostBuilder:reloadConfigOnChange", "false");
            builder.UseSetting("Logging:LogLevel:Default", "Warning");
            builder.UseSetting("TaskDashboard:DataDirectory", DataDirectory);
            foreach (var (key, value) in settings) builder.UseSetting(key.StartsWith('/') ? key[1..] : $"TaskDashboard:{key}", value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
            builder.ConfigureTestServices(services);
        }
    }
}

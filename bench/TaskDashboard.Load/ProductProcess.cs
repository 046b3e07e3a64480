using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load;

/// <summary>How the product is started.</summary>
/// <param name="MaxConcurrentRuns">Slots.</param>
internal sealed record ProductSettings(int MaxConcurrentRuns)
{
    /// <summary>As it comes, with as many slots as the most clients of a row.</summary>
    public static ProductSettings Default { get; } = new(64);
}

/// <summary>The product does not run here; the message says why, for the table.</summary>
internal sealed class ProductUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The built product as a process of its own, with a data directory of its own that goes with it.</summary>
internal sealed class ProductProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Uri? modelServer;
    private ChildProcess child;

    private ProductProcess(ProductSettings settings, Uri? modelServer, string dataDirectory, ChildProcess child, TaskServer server)
    {
        Settings = settings;
        DataDirectory = dataDirectory;
        Server = server;
        this.modelServer = modelServer;
        this.child = child;
    }

    public ProductSettings Settings { get; }

    public string DataDirectory { get; }

    public TaskServer Server { get; private set; }

    public bool HasExited => child.HasExited;

    /// <param name="settings">How it is started.</param>
    /// <param name="modelServer">The model server that it asks; null for the product as it comes, with the model that needs nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ProductProcess> StartAsync(ProductSettings settings, Uri? modelServer, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-load-").FullName;
        try
        {
            var (child, server) = await LaunchAsync(settings, modelServer, directory, cancellationToken);
            return new ProductProcess(settings, modelServer, directory, child, server);
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Ends the process, lets something be done to its data, and starts it again on them.</summary>
    public async Task RestartAsync(Func<Task> whileStopped, CancellationToken cancellationToken)
    {
        Server.Dispose();
        child.Dispose();
        await whileStopped();
        (child, Server) = await LaunchAsync(Settings, modelServer, DataDirectory, cancellationToken);
    }

    public void Dispose()
    {
        Server.Dispose();
        child.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private static async Task<(ChildProcess Child, TaskServer Server)> LaunchAsync(
        ProductSettings settings, Uri? modelServer, string dataDirectory, CancellationToken cancellationToken)
    {
        var assembly = typeof(ProductProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "ProductAssembly").Value!;
        if (!File.Exists(assembly)) throw new ProductUnavailableException($"the product is not built: there is no {Path.GetFileName(assembly)}");

        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var environment = new Dictionary<string, string>
        {
            ["Urls"] = address.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["TaskDashboard__DataDirectory"] = dataDirectory,
            ["TaskDashboard__Limits__MaxConcurrentRuns"] = settings.MaxConcurrentRuns.ToString(CultureInfo.InvariantCulture),
        };
        if (modelServer is not null)
        {
            environment["TaskDashboard__Providers__openai__Type"] = "OpenAI";
            environment["TaskDashboard__Providers__openai__BaseUrl"] = new Uri(modelServer, "/v1").ToString();
            environment["TaskDashboard__Providers__openai__ApiKey"] = "x";
        }

        var child = ChildProcess.StartProgram(assembly, environment);
        var server = new TaskServer("product", address, child.Id, agentId: "", modelPrefix: "openai/");
        try
        {
            await WaitUntilReadyAsync(child, server, cancellationToken);
            var agentId = modelServer is null ? "" : await CreateAgentAsync(server, cancellationToken);
            server.Dispose();
            return (child, new TaskServer("product", address, child.Id, agentId, modelPrefix: "openai/"));
        }
        catch (Exception failure)
        {
            server.Dispose();
            child.Dispose();
            if (failure is HttpRequestException or JsonException) throw new ProductUnavailableException("the product has no agents to give: " + failure.Message, failure);
            throw;
        }
    }

    private static async Task WaitUntilReadyAsync(ChildProcess child, TaskServer server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (true)
        {
            if (child.HasExited) throw new ProductUnavailableException("the product ended while it started: " + child.LastWords);
            try
            {
                await server.GetAsync("/health/ready", limit.Token);
                return;
            }
            catch (HttpRequestException failure) when (failure.StatusCode == HttpStatusCode.NotFound)
            {
                throw new ProductUnavailableException("the product has no REST API yet", failure);
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or listening and not ready.
            }
            catch (OperationCanceledException stopped) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ProductUnavailableException($"the product was not ready after {StartLimit.TotalSeconds:0} s: {child.LastWords}", stopped);
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>An agent without tools: what its model is sent is as short as what the floor sends.</summary>
    private static async Task<string> CreateAgentAsync(TaskServer server, CancellationToken cancellationToken)
    {
        var body = await server.PostAsync("/api/agents", """{"name":"Load","description":"For measuring.","instructions":"Answer.","tools":[]}""", cancellationToken);
        using var agent = JsonDocument.Parse(body);
        return agent.RootElement.GetProperty("id").GetString() ?? throw new JsonException("The new agent has no id.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

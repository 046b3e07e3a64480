using System.Diagnostics;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Floor;
using TaskDashboard.Load.Model;
using TaskDashboard.Load.Options;
using TaskDashboard.Load.Pages;
using TaskDashboard.Load.Processes;
using TaskDashboard.Load.Rows;

namespace TaskDashboard.Load;

/// <summary>The servers that a run measures, and how long it may take. Disposing ends them and removes their data.</summary>
internal sealed class LoadContext : IDisposable
{
    private const int WarmUpClients = 64;

    private readonly LoadOptions options;
    private readonly ChildProcess modelProcess;
    private readonly HashSet<int> warm = [];
    private ChildProcess floorProcess;
    private ProductProcess? product;
    private PageStage? stage;

    private LoadContext(LoadOptions options, ChildProcess modelProcess, Uri modelAddress, ChildProcess floorProcess, Uri floorAddress)
    {
        this.options = options;
        this.modelProcess = modelProcess;
        this.floorProcess = floorProcess;
        Model = new ModelSource(modelAddress);
        Floor = ToServer(floorProcess, floorAddress);
    }

    public ModelSource Model { get; }

    public TaskServer Floor { get; private set; }

    public bool Quick => options.Quick;

    /// <summary>Why the last asked-for product is not there; null when it is.</summary>
    public string? ProductProblem { get; private set; }

    public static async Task<LoadContext> StartAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        var (modelProcess, modelAddress) = await ChildProcess.StartOwnAsync([ModelServer.Verb], cancellationToken);
        try
        {
            var (floorProcess, floorAddress) = await StartFloorAsync(modelAddress, cancellationToken);
            return new LoadContext(options, modelProcess, modelAddress, floorProcess, floorAddress);
        }
        catch
        {
            modelProcess.Dispose();
            throw;
        }
    }

    public int Rounds(int full, int quick) => options.Rounds ?? (Quick ? quick : full);

    /// <summary>The product with these settings: the one that runs already, or a new one in its place. Null when it does not start.</summary>
    public async Task<ProductProcess?> StartProductAsync(ProductSettings settings, CancellationToken cancellationToken)
    {
        if (options.FloorOnly)
        {
            ProductProblem = "the product was left out";
            return null;
        }

        if (product is { HasExited: false } && product.Settings == settings) return product;
        StopProduct();
        try
        {
            product = await ProductProcess.StartAsync(settings, Model.Address, cancellationToken);
            ProductProblem = null;
        }
        catch (ProductUnavailableException problem)
        {
            ProductProblem = problem.Message;
        }

        return product;
    }

    /// <summary>The product with a full store, for its pages: as it was filled already, or filled now. Null when it does not start.</summary>
    public async Task<PageStage?> StartStageAsync(CancellationToken cancellationToken)
    {
        if (stage is not null && stage.Product == product && !stage.Product.HasExited) return stage;

        // Never one that another row had filled in its own way.
        StopProduct();
        if (await StartProductAsync(new ProductSettings(8), cancellationToken) is not { } started) return null;
        return stage = await PageStage.SetUpAsync(started, Quick ? 10_000 : 100_000, cancellationToken);
    }

    /// <summary>Floor and, if it starts, the product; both warm, unless a row sees to that itself.</summary>
    public async Task<IReadOnlyList<TaskServer>> StartServersAsync(ProductSettings settings, CancellationToken cancellationToken, bool warmUp = true)
    {
        IReadOnlyList<TaskServer> servers = await StartProductAsync(settings, cancellationToken) is { } running ? [Floor, running.Server] : [Floor];
        foreach (var server in servers.Where(server => warmUp && warm.Add(server.ProcessId))) await WarmUpAsync(server, cancellationToken);
        return servers;
    }

    /// <summary>The floor as a new process, for what depends on what it did before.</summary>
    public async Task RestartFloorAsync(CancellationToken cancellationToken)
    {
        Floor.Dispose();
        floorProcess.Dispose();
        (floorProcess, var address) = await StartFloorAsync(Model.Address, cancellationToken);
        Floor = ToServer(floorProcess, address);
    }

    public void StopProduct()
    {
        product?.Dispose();
        product = null;
    }

    public void Dispose()
    {
        StopProduct();
        Floor.Dispose();
        Model.Dispose();
        floorProcess.Dispose();
        modelProcess.Dispose();
    }

    /// <summary>
    /// Until it gets no faster: before that the runtime still compiles the hot paths, which takes a third of the product's processor time
    /// in its first half minute, and that is what would be measured.
    /// </summary>
    private async Task WarmUpAsync(TaskServer server, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(Quick ? 10 : 40);
        var begin = Stopwatch.GetTimestamp();
        var best = 0.0;
        try
        {
            for (var still = 0; still < 2 && Stopwatch.GetElapsedTime(begin) < limit;)
            {
                var loop = await ClosedLoop.RunAsync(WarmUpClients, TimeSpan.FromSeconds(2), async () =>
                {
                    using var watch = await server.StartAsync(ModelBehaviour.One, cancellationToken);
                    await watch.ReadToEndAsync(null, cancellationToken);
                    return 0;
                });
                still = loop.PerSecond > best * 1.05 ? 0 : still + 1;
                best = Math.Max(best, loop.PerSecond);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException)
        {
            // The row that follows will fail in the same way, and say so in the table.
            Console.Error.WriteLine($"warming {server.Name} up: {failure.Message}");
        }
    }

    private static Task<(ChildProcess Process, Uri Address)> StartFloorAsync(Uri modelAddress, CancellationToken cancellationToken) =>
        ChildProcess.StartOwnAsync([FloorServer.Verb, modelAddress.ToString()], cancellationToken);

    private static TaskServer ToServer(ChildProcess process, Uri address) => new("floor", address, process.Id, agentId: "floor", modelPrefix: "");
}

using TaskDashboard.Load.Client;

namespace TaskDashboard.Load.Rows;

/// <summary>Many viewers of one task, all there before its first token.</summary>
internal sealed class Audience : IDisposable
{
    private const int OpenedAtOnce = 25;

    private readonly List<Watch> watches = [];

    public IReadOnlyList<Watch> Watches => watches;

    /// <summary>Creates a task whose model waits at the gate, and seats everyone.</summary>
    public static async Task<Audience> GatherAsync(TaskServer server, string gatedModel, int viewers, CancellationToken cancellationToken)
    {
        var audience = new Audience();
        try
        {
            var taskId = await server.CreateAsync(gatedModel, cancellationToken);
            for (var seated = 0; seated < viewers; seated += OpenedAtOnce)
            {
                var opened = await Task.WhenAll(Enumerable.Range(0, Math.Min(OpenedAtOnce, viewers - seated)).Select(async _ =>
                {
                    var watch = await server.WatchAsync(taskId, cancellationToken);
                    await watch.ReadFirstFrameAsync(cancellationToken);
                    return watch;
                }));
                audience.watches.AddRange(opened);
            }

            return audience;
        }
        catch
        {
            audience.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var watch in watches) watch.Dispose();
    }
}

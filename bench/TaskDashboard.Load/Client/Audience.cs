using System.Diagnostics;
using System.Net.Sockets;

namespace TaskDashboard.Load.Client;

/// <summary>Many viewers of one task, all there before its first token, read by one thread.</summary>
internal sealed class Audience : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<ViewerSocket> viewers = [];
    private readonly byte[] buffer = new byte[64 * 1024];

    public IReadOnlyList<ViewerSocket> Viewers => viewers;

    /// <summary>Creates a task whose model waits at the gate, and seats everyone.</summary>
    public static async Task<Audience> GatherAsync(TaskServer server, string gatedModel, int count, CancellationToken cancellationToken)
    {
        var audience = new Audience();
        try
        {
            var taskId = await server.CreateAsync(gatedModel, cancellationToken);
            await Task.Run(
                () =>
                {
                    for (var i = 0; i < count; i++) audience.viewers.Add(new ViewerSocket(server.Address, $"/api/tasks/{taskId}/stream"));
                    audience.Read(viewer => viewer.Begun, null, cancellationToken);
                },
                cancellationToken);
            return audience;
        }
        catch
        {
            audience.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the server has ended every stream.</summary>
    /// <param name="onText">For each viewer, by its place, what to do with new text; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ReadToEndAsync(Func<int, Watch.TextHandler>? onText, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () =>
            {
                Read(viewer => viewer.Ended, onText, cancellationToken);
                if (viewers.FirstOrDefault(viewer => !viewer.Text.Completed) is { } lacking)
                    throw new InvalidDataException($"A stream ended and its task was not completed ({lacking.Text.Length} characters came).");
            },
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var viewer in viewers) viewer.Dispose();
    }

    private void Read(Predicate<ViewerSocket> done, Func<int, Watch.TextHandler>? onText, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var bySocket = new Dictionary<Socket, (ViewerSocket Viewer, Watch.TextHandler? OnText)>();
        for (var i = 0; i < viewers.Count; i++)
        {
            if (!done(viewers[i])) bySocket[viewers[i].Socket] = (viewers[i], onText?.Invoke(i));
        }

        var ready = new List<Socket>(bySocket.Count);
        while (bySocket.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(begin) > Patience) throw new TimeoutException($"{bySocket.Count} viewers still wait after {Patience.TotalSeconds:0} s.");
            ready.Clear();
            ready.AddRange(bySocket.Keys);
            Socket.Select(ready, null, null, TimeSpan.FromMilliseconds(250));
            foreach (var socket in ready)
            {
                var (viewer, handler) = bySocket[socket];
                viewer.Receive(buffer, handler);
                if (done(viewer)) bySocket.Remove(socket);
            }
        }
    }
}

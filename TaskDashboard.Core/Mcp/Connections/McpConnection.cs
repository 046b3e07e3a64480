using System.Globalization;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using TaskDashboard.Core.Processes;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>
/// The connection of one agent to one server: opened when it is first needed, shared by all that need it, made again when it is lost, and closed when
/// nobody has needed it for ten minutes. Safe for threads.
/// </summary>
/// <remarks>One loop at a time keeps it, and only that loop opens and closes. It belongs to no task: it is started outside of every lineage.</remarks>
internal sealed class McpConnection : IAsyncDisposable
{
    /// <summary>After so long without use it is closed.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    /// <summary>How long a server has from its start until it has said what it offers.</summary>
    public static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(60);

    /// <summary>A connection that held for so long begins its pauses anew when it is lost.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly McpSurroundings around;
    private readonly McpStanding standing;
    private readonly ServerSecrets secrets;
    private readonly string folder;
    private readonly CancellationTokenSource closing = new();
    private CancellationTokenSource? round;
    private Task keeping = Task.CompletedTask;
    private int failures;

    /// <param name="server">What to connect to.</param>
    /// <param name="folder">The folder that a program works in.</param>
    /// <param name="around">What every connection needs.</param>
    /// <param name="changed">Called when how it stands or what is offered has changed; on any thread.</param>
    public McpConnection(McpServerDefinition server, string folder, McpSurroundings around, Action changed)
    {
        Server = server;
        this.folder = folder;
        this.around = around;
        secrets = new ServerSecrets(server);
        standing = new McpStanding(around.Time, IdleTime, Tell);
        Log = new McpServerLog(around.Time, Tell);

        void Tell()
        {
            try
            {
                changed();
            }
#pragma warning disable CA1031 // Who only looks on must not end what is looked at: whoever keeps the connection tells of each of its steps.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                around.Logger.LogError(failure, "Somebody who follows the MCP server {Server} failed at its news.", server.Name);
            }
        }
    }

    public McpServerDefinition Server { get; }

    public McpServerLog Log { get; }

    /// <summary>How it stands, and what the server offered when it was last asked.</summary>
    public (McpCondition Condition, McpLists Lists) Picture => standing.Picture;

    /// <summary>Takes the server's secrets out of a text.</summary>
    public string Clean(string text) => secrets.Clean(text);

    /// <summary>Sees to it that there is a connection, or soon will be, and waits for nothing.</summary>
    public void Begin()
    {
        lock (gate)
        {
            if (!standing.TryKeep()) return;

            // It outlives whoever asked first, and what breaks in it is not that one's fault.
            using (ExecutionContext.SuppressFlow()) keeping = Task.Run(KeepAsync);
        }
    }

    /// <summary>Gives the open connection, made where there is none.</summary>
    /// <param name="patience">How long to wait for it at most. One that is not tried again before then is not waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="McpUnavailableException">There is none; the message says why.</exception>
    public async Task<ServerSession> UseAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Begin();
        var until = around.Time.GetUtcNow() + patience;
        while (true)
        {
            var (condition, session, closed, moved) = standing.Look();
            if (closed) throw new McpUnavailableException(Server.Name, "its definition was changed or removed");
            if (session is not null) return session;
            var rest = until - around.Time.GetUtcNow();
            if (rest <= TimeSpan.Zero || condition.RetryAt > until) throw new McpUnavailableException(Server.Name, condition.Problem ?? "it has not answered yet");
            try
            {
                await moved.WaitAsync(rest, around.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The look at the top tells what is known by now.
            }
        }
    }

    /// <summary>Ends what there is and connects anew at once, whatever pause it was in.</summary>
    public void Restart()
    {
        Log.Add("Restarted by hand.");
        CancellationTokenSource? present;
        lock (gate) (present, failures) = (round, 0);
        try
        {
            present?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in this moment; the next one begins anyway.
        }

        Begin();
    }

    /// <summary>Closes it for good when no call is under way any more, at the latest after the longest time that one may take.</summary>
    public async Task RetireAsync()
    {
        var until = around.Time.GetUtcNow() + TimeSpan.FromSeconds(Server.TimeoutS);
        while (standing.Look().Session is { CallCount: > 0 } && around.Time.GetUtcNow() < until && !closing.IsCancellationRequested)
        {
            await Task.Delay(LookAgain, around.Time, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DisposeAsync();
    }

    /// <summary>Closes it for good: nothing of it is left when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        Task kept;
        standing.TryClose();
        lock (gate) kept = keeping;
        await closing.CancelAsync();
        await kept;
    }

    private async Task KeepAsync()
    {
        do
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
            lock (gate) round = ending;
            if (await TryLiveAsync(ending.Token) is { } problem) await PauseAsync(problem, ending.Token);
            lock (gate) round = null;
        }
        while (!standing.TryLeave());
    }

    /// <summary>
    /// One connection from beginning to end, whatever comes of it: without the one loop that keeps it nobody could connect again, as it would still count as kept.
    /// </summary>
    /// <returns>What broke it; null when it was to end.</returns>
    private async Task<string?> TryLiveAsync(CancellationToken ending)
    {
        try
        {
            return await LiveAsync(ending);
        }
#pragma warning disable CA1031 // Closing it may fail in every way the machine has; what is left behind then is found by its mark at the next start.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            around.Logger.LogError(failure, "The connection to the MCP server {Server} broke, or could not be closed in order.", Server.Name);
            return secrets.Clean($"{failure.GetType().Name}: {failure.Message}");
        }
    }

    /// <summary>One connection from beginning to end.</summary>
    /// <returns>What broke it; null when it was to end.</returns>
    private async Task<string?> LiveAsync(CancellationToken ending)
    {
        standing.Move(McpCondition.Connecting, null);
        McpLine? line = null;
        ServerSession session;
        using var bound = new CancellationTokenSource(OpeningTime, around.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, ending);
        try
        {
            line = await around.Transports.OpenAsync(Server, folder, text => Log.Add(secrets.Clean(text)));
            var calls = new McpCalls();
            session = await ServerSession.OpenAsync(Server, line, calls, new McpElicitation(Server.Name, calls, secrets, around.Questions), secrets, around.Time, opening.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It did not answer within {OpeningTime.TotalSeconds} s.");
        }
#pragma warning disable CA1031 // A server may break in every way there is: each is a reason for people and the model to read, and is tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return await WhyAsync(failure, line);
        }

        await using (session)
        {
            session.ListsChanged += () => standing.Learn(session.Lists);
            session.ListingFailed += failure => Log.Add(secrets.Clean($"What it offers could not be read again: {failure.Message}"));
            standing.Learn(session.Lists);
            standing.Move(McpCondition.Ready, session);
            Log.Add(string.Create(CultureInfo.InvariantCulture, $"Connected: {session.Lists.Tools.Count} tools, {session.Lists.Resources.Count} resources, {session.Lists.Prompts.Count} prompts."));
            var began = around.Time.GetTimestamp();
            var isLost = await IsLostAsync(session, ending);

            // Before it is closed: nobody is to begin a call on what is about to go.
            standing.Move(McpCondition.Connecting, null);
            lock (gate) failures = around.Time.GetElapsedTime(began) >= Steady ? 0 : failures;
            return isLost ? await WhyAsync(await session.Lost, line) : null;
        }
    }

    /// <summary>True when the connection broke; false when it is to end, or nobody needs it.</summary>
    private async Task<bool> IsLostAsync(ServerSession session, CancellationToken ending)
    {
        while (standing.LeftOfUse is { Ticks: > 0 } left)
        {
            try
            {
                await session.Lost.WaitAsync(left, around.Time, ending);
                return true;
            }
            catch (TimeoutException)
            {
                // Perhaps it was used in the meantime.
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return false;
            }
        }

        Log.Add("Closed: nobody needed it.");
        return false;
    }

    private async Task PauseAsync(string problem, CancellationToken ending)
    {
        TimeSpan pause;
        lock (gate) pause = around.PauseBehind(failures++);
        Log.Add(problem);
        standing.Move(new McpCondition(McpServerState.Failed, problem, around.Time.GetUtcNow() + pause), null);
        await Task.Delay(pause, around.Time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<string> WhyAsync(Exception? failure, McpLine? line)
    {
        var broken = line is not null && failure is null or IOException or ClientTransportClosedException ? await line!.WhyBrokenAsync() : null;
        return secrets.Clean(broken ?? failure switch
        {
            null or OperationCanceledException => "The connection was lost.",
            ProcessStartException or McpException or HttpRequestException or IOException => failure.Message,
            _ => $"{failure.GetType().Name}: {failure.Message}",
        });
    }
}

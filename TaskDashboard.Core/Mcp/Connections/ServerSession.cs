using System.Globalization;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>A server that answers: one connection from its beginning to its end. Safe for threads.</summary>
internal sealed class ServerSession : IAsyncDisposable
{
    /// <summary>How long a server may take to be told goodbye.</summary>
    private static readonly TimeSpan UntilEnded = TimeSpan.FromMilliseconds(300);

    private readonly McpServerDefinition server;
    private readonly McpLine line;
    private readonly McpCalls calls;
    private readonly ServerSecrets secrets;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim listing = new(1);
    private readonly TaskCompletionSource<Exception?> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private McpClient? connected;
    private volatile McpLists lists = McpLists.Nothing;
    private long count;

    private ServerSession(McpServerDefinition server, McpLine line, McpCalls calls, ServerSecrets secrets, TimeProvider time)
    {
        this.server = server;
        this.line = line;
        this.calls = calls;
        this.secrets = secrets;
        this.time = time;
    }

    private McpClient Client => connected ?? throw new InvalidOperationException("There is no connection yet.");

    /// <summary>What it offers, as far as it has said so.</summary>
    public McpLists Lists => lists;

    /// <summary>How many calls are under way.</summary>
    public int CallCount => calls.Count;

    /// <summary>Completes when the connection is no more, with what broke it, where that is known.</summary>
    public Task<Exception?> Lost => lost.Task;

    /// <summary>What the server wants every model to know of it; null for nothing.</summary>
    public string? Instructions => Client.ServerInstructions;

    /// <summary>What it offers is another thing now. Raised on any thread.</summary>
    public event Action? ListsChanged;

    /// <summary>The lists could not be read again; the old ones stay. Raised on any thread.</summary>
    public event Action<Exception>? ListingFailed;

    /// <summary>Makes the connection and asks what there is. What stands behind the line is ended when that fails.</summary>
    public static async Task<ServerSession> OpenAsync(
        McpServerDefinition server, McpLine line, McpCalls calls, McpElicitation elicitation, ServerSecrets secrets, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new ServerSession(server, line, calls, secrets, time);
        try
        {
            var options = new McpClientOptions
            {
                ClientInfo = new Implementation { Name = "TaskDashboard", Version = typeof(ServerSession).Assembly.GetName().Version?.ToString(3) ?? "0" },
                InitializationTimeout = Timeout.InfiniteTimeSpan,
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = elicitation.AnswerAsync,
                    NotificationHandlers = [.. new[]
                    {
                        NotificationMethods.ToolListChangedNotification, NotificationMethods.ResourceListChangedNotification, NotificationMethods.PromptListChangedNotification,
                    }.Select(method => KeyValuePair.Create(method, (Func<JsonRpcNotification, CancellationToken, ValueTask>)session.RefreshAsync))],
                },
            };
            session.connected = await McpClient.CreateAsync(line.Transport, options, loggerFactory: null, cancellationToken);
            _ = session.NoteEndAsync();
            await session.ListAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a tool.</summary>
    /// <exception cref="TimeoutException">It took longer than the definition allows.</exception>
    /// <exception cref="McpException">The server refused.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<CallToolResult> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        using var call = new McpCall(TimeSpan.FromSeconds(server.TimeoutS), time, secrets, cancellationToken);
        var token = string.Create(CultureInfo.InvariantCulture, $"call-{Interlocked.Increment(ref count)}");
        calls.Add(token, call);
        try
        {
            await using var heard = Client.RegisterNotificationHandler(NotificationMethods.ProgressNotification, (notification, _) =>
            {
                var told = notification.Params.Deserialize<ProgressNotificationParams>(McpJsonUtilities.DefaultOptions);
                if (told?.ProgressToken == new ProgressToken(token)) call.Report(told.Progress);
                return default;
            });
            return await AskAsync(Client.CallToolAsync(tool, arguments, progress: null, new RequestOptions { ProgressToken = new ProgressToken(token) }, call.Token), call.Token);
        }
        catch (OperationCanceledException) when (call.IsOver && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{server.Name} did not answer within {server.TimeoutS} s.");
        }
        finally
        {
            calls.Remove(call);
        }
    }

    /// <summary>Reads a resource.</summary>
    /// <exception cref="McpException">The server refused.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<ReadResourceResult> ReadAsync(string address, CancellationToken cancellationToken) =>
        AskAsync(Client.ReadResourceAsync(address, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Has a prompt filled in.</summary>
    /// <exception cref="McpException">The server refused.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<GetPromptResult> PromptAsync(string prompt, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var given = arguments.ToDictionary(argument => argument.Key, object? (argument) => argument.Value, StringComparer.Ordinal);
        return AskAsync(Client.GetPromptAsync(prompt, given, cancellationToken: cancellationToken), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        var leaving = connected?.DisposeAsync().AsTask() ?? Task.CompletedTask;

        // A server that does not listen any more must not hold this up: what stands behind the line is ended then without its consent. How the client
        // takes that is nothing that anybody could act on.
        await Task.WhenAny(leaving, Task.Delay(UntilEnded));
        await line.CloseAsync();
        await leaving.WaitAsync(UntilEnded).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Sees to it that the lists are of now, where the server does not tell of changes by itself: since its revision of July 2026 the protocol does not.</summary>
    /// <exception cref="TimeoutException">It took longer than that.</exception>
    public Task FreshenAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        string.CompareOrdinal(Client.NegotiatedProtocolVersion, "2026-07-28") >= 0 ? ListWithinAsync(patience, cancellationToken) : Task.CompletedTask;

    /// <summary>The time ends the reading itself, not only the wait for it: one that goes on without an answer would keep every later one from beginning.</summary>
    private async Task ListWithinAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await ListAsync(either.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{server.Name} did not say within {patience.TotalSeconds} s what it offers."));
        }
    }

    private async Task NoteEndAsync() => lost.TrySetResult((await Client.Completion).Exception);

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        // One after the other: of two changes the later reading has to be the one that stays.
        await listing.WaitAsync(cancellationToken);
        try
        {
            lists = await AskAsync(new ValueTask<McpLists>(McpLists.ReadAsync(Client, cancellationToken)), cancellationToken);
        }
        finally
        {
            listing.Release();
        }
    }

    /// <summary>Waits for an answer. An address that is not there any more says so to whoever asks next, and to nobody else: then the connection is lost.</summary>
    private async Task<TAnswer> AskAsync<TAnswer>(ValueTask<TAnswer> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or ObjectDisposedException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The client cancels what is under way when its connection goes.
            lost.TrySetResult(failure);
            throw failure is IOException ? failure : new IOException(failure is OperationCanceledException or ObjectDisposedException ? "The connection was closed." : failure.Message, failure);
        }
    }

    private async ValueTask RefreshAsync(JsonRpcNotification notification, CancellationToken cancellationToken)
    {
        // A change that is told before the first reading is in it.
        if (connected is null) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, cancellationToken);
        try
        {
            await ListWithinAsync(McpConnection.OpeningTime, either.Token);
            ListsChanged?.Invoke();
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The connection ends, and its lists with it.
        }
        catch (Exception failure) when (failure is McpException or IOException or TimeoutException)
        {
            ListingFailed?.Invoke(failure);
        }
    }
}

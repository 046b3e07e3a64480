using System.ComponentModel;
using System.IO.Pipelines;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Processes;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Servers in this process, reached over streams: as many as are opened, each of which a test can kill or keep from coming up.</summary>
internal sealed class FakeMcpServer : IMcpTransports, IAsyncDisposable
{
    private readonly List<Instance> instances = [];
    private int openings;
    private int heldLists;

    /// <summary>How often somebody tried to reach it.</summary>
    public int Openings => Volatile.Read(ref openings);

    /// <summary>Servers that are up.</summary>
    public int Alive
    {
        get { lock (instances) return instances.Count(instance => !instance.IsGone); }
    }

    /// <summary>Thrown in place of coming up; null to come up.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Thrown when what stands behind a line is to be ended, which then lives on; null to end it.</summary>
    public Exception? ClosingFailure { get; set; }

    /// <summary>What is written to the log when it comes up.</summary>
    public string? FirstLine { get; set; }

    /// <summary>It is reached, and says nothing at all.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What it speaks: at first the last revision in which a server speaks on its own.</summary>
    public string ProtocolVersion { get; set; } = "2025-11-25";

    /// <summary>Questions for its tools that were not answered, as <see cref="HoldsLists"/> said.</summary>
    public int HeldLists => Volatile.Read(ref heldLists);

    /// <summary>It does not answer when it is asked for its tools.</summary>
    public bool HoldsLists { get; set; }

    /// <summary>Lets <c>wait</c> come to its end.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it offers; changes are told to who is connected.</summary>
    public McpServerPrimitiveCollection<McpServerTool> Tools { get; } = [];

    public McpServerOptions Options => new()
    {
        ProtocolVersion = ProtocolVersion,
        ServerInfo = new Implementation { Name = "fake", Version = "1" },
        ServerInstructions = "Ask me nicely.",
        ToolCollection = Tools,
        Handlers = new McpServerHandlers
        {
            ListToolsHandler = async (_, token) =>
            {
                if (HoldsLists)
                {
                    Interlocked.Increment(ref heldLists);
                    await Task.Delay(Timeout.Infinite, token);
                }

                return new ListToolsResult();
            },
        },
        PromptCollection = [McpServerPrompt.Create((string city) => $"Weather in {city}?", new() { Name = "weather", Description = "Asks for weather." })],
        ResourceCollection =
        [
            McpServerResource.Create(() => "The text of it.", new() { Name = "text", UriTemplate = "test://text", MimeType = "text/plain" }),
            McpServerResource.Create(() => new string('x', 1024 * 1024 + 1), new() { Name = "large", UriTemplate = "test://large", MimeType = "text/plain" }),
            McpServerResource.Create(() => BlobResourceContents.FromBytes(new byte[] { 1, 2, 3 }, "test://image", "image/png"), new() { Name = "image", UriTemplate = "test://image", MimeType = "image/png" }),
        ],
    };

    private FakeMcpServer()
    {
        Add(([Description("What to say.")] string text) => $"You said {text}", "echo", readOnly: true);
        Add(string () => throw new McpException("It is broken."), "fail");
        Add(async (CancellationToken token) =>
        {
            await Gate.Task.WaitAsync(token);
            return "waited";
        }, "wait");
        Add(async (McpServer server, RequestContext<CallToolRequestParams> context, CancellationToken token) =>
        {
            var told = context.Params!.ProgressToken!.Value;
            await server.NotifyProgressAsync(told, new ProgressNotificationValue { Progress = 1, Total = 4, Message = "one of four" }, cancellationToken: token);
            await Gate.Task.WaitAsync(token);
            return "done";
        }, "progress");
        Add(async (McpServer server, CancellationToken token) =>
        {
            var schema = new ElicitRequestParams.RequestSchema { Properties = { ["colour"] = new ElicitRequestParams.StringSchema() } };
            var answer = await server.ElicitAsync(new ElicitRequestParams { Message = "Which colour?", RequestedSchema = schema }, token);
            return $"{answer.Action} {(answer.Content is null ? "nothing" : JsonSerializer.Serialize(answer.Content))}";
        }, "ask");
    }

    public static FakeMcpServer Start() => new();

    public void Add(Delegate body, string name, bool? readOnly = null) => Tools.Add(McpServerTool.Create(body, new McpServerToolCreateOptions { Name = name, ReadOnly = readOnly }));

    public Task<McpLine> OpenAsync(McpServerDefinition server, string folder, Action<string> log)
    {
        Interlocked.Increment(ref openings);
        if (Failure is { } failure) throw failure;
        if (FirstLine is { } line) log(line);
        var instance = new Instance(IsSilent ? null : Options);
        lock (instances) instances.Add(instance);
        return Task.FromResult(new McpLine(new StreamClientTransport(instance.Input, instance.Output), () => ClosingFailure is { } broken ? throw broken : instance.DisposeAsync()));
    }

    /// <summary>All that are up are gone, as when their processes are killed.</summary>
    public async Task KillAsync()
    {
        List<Instance> alive;
        lock (instances) alive = [.. instances];
        foreach (var instance in alive) await instance.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    public static ProcessStartException NotThere => new("no-such-program could not be started: there is no such program.", null);

    private sealed class Instance : IAsyncDisposable
    {
        private readonly Pipe toServer = new();
        private readonly Pipe toClient = new();
        private readonly CancellationTokenSource over = new();
        private readonly McpServer? server;

        public Instance(McpServerOptions? options)
        {
            if (options is null) return;
            server = McpServer.Create(new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()), options);
            _ = server.RunAsync(over.Token);
        }

        public bool IsGone { get; private set; }

        public Stream Input => toServer.Writer.AsStream();

        public Stream Output => toClient.Reader.AsStream();

        public async ValueTask DisposeAsync()
        {
            if (IsGone) return;
            IsGone = true;
            await toClient.Writer.CompleteAsync();
            await over.CancelAsync();
            if (server is not null) await server.DisposeAsync();
        }
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Processes;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Streamable HTTP, against a server on loopback.</summary>
public sealed class HttpTransportTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly FakeMcpServer offered = FakeMcpServer.Start();
    private HttpMcpServer server = null!;
    private McpConnection connection = null!;

    public async Task InitializeAsync()
    {
        server = await HttpMcpServer.StartAsync(offered.Options);
        connection = Connect(server.Url);
    }

    public async Task DisposeAsync()
    {
        await connection.DisposeAsync();
        await server.DisposeAsync();
        await offered.DisposeAsync();
    }

    [Fact]
    public async Task Headers_GoWithEveryRequest()
    {
        Assert.Equal("You said Hi", await EchoAsync("Hi"));

        Assert.NotEmpty(server.Requests);
        Assert.All(server.Requests, headers => Assert.Equal("Bearer hunter2-hunter2", headers["Authorization"]));
    }

    [Fact]
    public async Task ChangedTools_AreToldToo()
    {
        await connection.UseAsync(Patience, CancellationToken.None);

        // A server tells those that listen, and when that begins is not told to anybody.
        var number = 0;
        await Eventually.TrueAsync(() =>
        {
            if (number < 200) offered.Add(() => "new", $"another_{number++}");
            return connection.Picture.Lists.Tools.Any(tool => tool.Name.StartsWith("another", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task ServerThatForgotTheSession_IsConnectedAgain_AndTheCallIsNotRepeated()
    {
        Assert.Equal("You said Hi", await EchoAsync("Hi"));
        server.Forget();

        await Assert.ThrowsAsync<IOException>(() => EchoAsync("lost"));

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await EchoAsync("again") == "You said again";
            }
            catch (Exception stillLost) when (stillLost is IOException or McpUnavailableException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task AddressWhereNobodyIs_FailsInWords()
    {
        await server.DisposeAsync();

        connection.Begin();
        await Eventually.TrueAsync(() => connection.Picture.Condition.State == McpServerState.Failed);
        var failure = await Assert.ThrowsAsync<McpUnavailableException>(() => connection.UseAsync(TimeSpan.Zero, CancellationToken.None));

        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static McpConnection Connect(string url)
    {
        var transports = new McpTransports(new ProcessRunner("nothing", TimeProvider.System, NullLogger<ProcessRunner>.Instance), NullLoggerFactory.Instance);
        var definition = new McpServerDefinition
        {
            Name = "fake",
            Transport = McpTransport.Http,
            Url = url,
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer hunter2-hunter2" },
        };
        return new McpConnection(definition, "", new McpSurroundings(transports, () => null, TimeProvider.System, new Random(1), NullLogger<McpConnection>.Instance), () => { });
    }

    private async Task<string> EchoAsync(string text)
    {
        var session = await connection.UseAsync(Patience, CancellationToken.None);
        return McpResultText.Of(await session.CallAsync("echo", new Dictionary<string, object?> { ["text"] = text }, CancellationToken.None));
    }
}

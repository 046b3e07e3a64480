using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Against a real server, as a process and as an address. On Linux, where processes can be looked at.</summary>
[Collection(EverythingCollection.Name)]
public sealed class EverythingServerTests(EverythingServer everything) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-mcp-").FullName;
    private readonly List<IAsyncDisposable> open = [];

    private McpServerDefinition Stdio => new() { Name = "everything", Transport = McpTransport.Stdio, Command = EverythingServer.Node, Arguments = [everything.Script, "stdio"] };

    private ProcessFamily Family => new(ProcessMark.OfScope(folder));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var one in open.AsEnumerable().Reverse()) await one.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Stdio_OffersToolsResourcesAndPrompts_AndAnswers() => await AssertAnswersAsync(Connect(Stdio));

    [Fact]
    public async Task Http_OffersToolsResourcesAndPrompts_AndAnswers()
    {
        var (definition, _) = await StartHttpAsync(FreePort());

        await AssertAnswersAsync(Connect(definition));
    }

    [Fact]
    public async Task Close_LeavesNoProcess_WithinFiveSeconds()
    {
        var connection = Connect(Stdio with { Command = "/bin/sh", Arguments = ["-c", "(trap '' TERM; sleep 600) & exec \"$@\"", "sh", EverythingServer.Node, everything.Script, "stdio"] });
        await connection.UseAsync(Patience, CancellationToken.None);
        Assert.True(Family.Look().Count >= 2);

        var began = Stopwatch.GetTimestamp();
        await connection.DisposeAsync();

        Assert.Empty(Family.Look());
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task KilledProcess_IsStartedAgain()
    {
        var connection = Connect(Stdio);
        var first = await connection.UseAsync(Patience, CancellationToken.None);
        var before = Assert.Single(Family.Look());

        LinuxProcesses.Signal(before, forcefully: true);

        await Eventually.TrueAsync(() => first.Lost.IsCompleted);
        Assert.Equal("Echo: again", await CallAsync(connection, "echo", ("message", "again")));
        Assert.NotEqual(before.Id, Assert.Single(Family.Look()).Id);
        Assert.Contains(connection.Log.Lines, line => line.Text == "The program ended with exit code 137.");
        Assert.Contains(connection.Log.Lines, line => line.Text.StartsWith("Starting default (STDIO) server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddressThatWentAndCameBack_IsConnectedAgain()
    {
        var port = FreePort();
        var (definition, server) = await StartHttpAsync(port);
        var connection = Connect(definition);
        await connection.UseAsync(Patience, CancellationToken.None);

        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(connection, "echo", ("message", "lost")));
        await StartHttpAsync(port);

        // By itself, and however often it was tried in vain while the server came up: at the latest behind the longest pause.
        await connection.UseAsync(McpSurroundings.LongestPause + Patience, CancellationToken.None);
        Assert.Equal(McpServerState.Ready, connection.Picture.Condition.State);
        Assert.Equal("Echo: again", await CallAsync(connection, "echo", ("message", "again")));
    }

    [Fact]
    public async Task Environment_IsTheDefinitionsOwn_AndComesBackMasked()
    {
        var connection = Connect(Stdio with { Environment = new Dictionary<string, string> { ["MY_TOKEN"] = "hunter2-hunter2" } });
        var session = await connection.UseAsync(Patience, CancellationToken.None);

        var seen = McpResultText.Of(await session.CallAsync("get-env", new Dictionary<string, object?>(), CancellationToken.None));

        Assert.Contains("hunter2-hunter2", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2-hunter2", connection.Clean(seen), StringComparison.Ordinal);
        Assert.Contains("\"PATH\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_HOST_PATH", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CallsItsTools_ShowsTheirProgress_AndAsksPeople()
    {
        var questions = new Answering("""{"name":"Ada"}""");
        await using var engine = await Engine.StartWithAsync(services => services.AddSingleton<IQuestions>(questions), new AgentScript().For("Work",
            Calls(Call("mcp__everything__get-sum", ("a", 2), ("b", 3))),
            Calls(Call("mcp__everything__trigger-long-running-operation", ("duration", 1.2), ("steps", 4))),
            Calls(Call("mcp__everything__trigger-elicitation-request")),
            Says("Done.")).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { McpServers = [Stdio], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });

        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var events = (await engine.Reader.ListEventsAsync(task.Id, 0, 500)).Select(one => one.Data).ToList();
        var results = events.OfType<ToolResultData>().ToList();
        Assert.All(results, result => Assert.True(result.Status == StepOutcome.Success, result.Content));
        Assert.Equal("The sum of 2 and 3 is 5.", results[0].Content);
        Assert.StartsWith("Long running operation completed.", results[1].Content, StringComparison.Ordinal);
        Assert.Contains("Name: Ada", results[2].Content, StringComparison.Ordinal);
        var progress = events.OfType<ProgressData>().ToList();
        Assert.NotEmpty(progress);
        Assert.All(progress, news => Assert.Equal((results[1].CallId, true), (news.CallId, news.Fraction is > 0 and <= 1)));
        Assert.Equal((results[2].CallId, "name"), (questions.CallId, questions.Question!.Form!.Value.GetProperty("required")[0].GetString()));
        Assert.Equal("everything: get-sum(2, 3)", events.OfType<ToolUseData>().First().Title);
    }

    private static async Task AssertAnswersAsync(McpConnection connection)
    {
        var session = await connection.UseAsync(Patience, CancellationToken.None);
        var lists = session.Lists;
        Assert.Contains(lists.Tools, tool => tool.Name == "echo");
        Assert.Contains(lists.Prompts, prompt => prompt.Name == "args-prompt");
        Assert.Equal("Echo: Hello", await CallAsync(connection, "echo", ("message", "Hello")));
        Assert.Equal("The sum of 1 and 2 is 3.", await CallAsync(connection, "get-sum", ("a", 1), ("b", 2)));
        Assert.Contains("[An image, image/png,", await CallAsync(connection, "get-tiny-image"), StringComparison.Ordinal);
        Assert.Contains("\"temperature\"", await CallAsync(connection, "get-structured-content", ("location", "New York")), StringComparison.Ordinal);
        var resource = await session.ReadAsync(lists.Resources.First(one => one.Uri.EndsWith("architecture.md", StringComparison.Ordinal)).Uri, CancellationToken.None);
        Assert.Contains("rchitecture", McpResultText.Of(resource.Contents[0]), StringComparison.Ordinal);
        var prompt = await session.PromptAsync("args-prompt", new Dictionary<string, string> { ["city"] = "Oslo" }, CancellationToken.None);
        Assert.Equal("What's weather in Oslo?", McpResultText.Of(prompt));
    }

    private static async Task<string> CallAsync(McpConnection connection, string tool, params (string Name, object? Value)[] arguments)
    {
        var session = await connection.UseAsync(Patience, CancellationToken.None);
        return McpResultText.Of(await session.CallAsync(tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value), CancellationToken.None));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private McpConnection Connect(McpServerDefinition definition)
    {
        var transports = new McpTransports(NewRunner(), NullLoggerFactory.Instance);
        var connection = new McpConnection(definition, folder, new McpSurroundings(transports, () => null, TimeProvider.System, new Random(1), NullLogger<McpConnection>.Instance), () => { });
        open.Add(connection);
        return connection;
    }

    private async Task<(McpServerDefinition Definition, RunningProcess Process)> StartHttpAsync(int port)
    {
        var process = await NewRunner().StartAsync(new ProcessOrder(EverythingServer.Node, [everything.Script, "streamableHttp"], folder, Timeout.InfiniteTimeSpan)
        {
            Environment = new Dictionary<string, string> { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) },
        });
        open.Add(process);
        _ = process.Output.CopyToAsync(Stream.Null);
        _ = process.Errors.CopyToAsync(Stream.Null);
        await Eventually.TrueAsync(async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return (new McpServerDefinition { Name = "everything", Transport = McpTransport.Http, Url = $"http://127.0.0.1:{port}/mcp" }, process);
    }

    private ProcessRunner NewRunner() => new(folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance);

    private sealed class Answering(string answer) : IQuestions
    {
        public Question? Question { get; private set; }

        public string? CallId { get; private set; }

        public Task<TaskRequest> AskAsync(Question question, CancellationToken cancellationToken)
        {
            (Question, CallId) = (question, Lineage.Current?.CallId);
            return Task.FromResult(new TaskRequest { RequestId = "request_1", TaskId = Lineage.Current!.TaskId, Prompt = question.Prompt, Answer = answer });
        }
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Mcp;

/// <summary>The connection to one server, over streams and on a clock of the test's own.</summary>
public sealed partial class McpConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly FakeMcpServer server = FakeMcpServer.Start();
    private readonly ManualTimeProvider time = new();
    private readonly ScriptedQuestions questions = new();
    private readonly List<McpConnection> connections = [];
    private Action changed = () => { };
    private bool nobodyAsks;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var connection in connections) await connection.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task FirstUse_Opens_AndFurtherOnesShare()
    {
        var connection = New();
        Assert.Equal((McpServerState.Idle, 0), (connection.Picture.Condition.State, server.Openings));

        var sessions = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => connection.UseAsync(Patience, CancellationToken.None)));

        Assert.Single(sessions.Distinct());
        Assert.Equal((1, McpServerState.Ready), (server.Openings, connection.Picture.Condition.State));
        var lists = connection.Picture.Lists;
        Assert.Equal(["ask", "echo", "fail", "progress", "wait"], lists.Tools.Select(tool => tool.Name).Order());
        Assert.Equal((3, 1, "Ask me nicely."), (lists.Resources.Count, lists.Prompts.Count, sessions[0].Instructions));
    }

    [Fact]
    public async Task LostConnection_IsMadeAgain_ASecondLater()
    {
        var connection = New();
        await connection.UseAsync(Patience, CancellationToken.None);

        await server.KillAsync();
        await ReachAsync(connection, McpServerState.Failed);
        Assert.Equal(time.GetUtcNow().AddSeconds(1), connection.Picture.Condition.RetryAt);
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        await ReachAsync(connection, McpServerState.Ready);
        Assert.Equal((2, 1), (server.Openings, server.Alive));
    }

    [Fact]
    public async Task ServerThatDoesNotComeUp_IsTriedAfterLongerAndLongerPauses_UpToAMinute()
    {
        server.Failure = FakeMcpServer.NotThere;
        var connection = New();
        connection.Begin();
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            await Eventually.TrueAsync(() => server.Openings == attempt && connection.Picture.Condition.State == McpServerState.Failed);
            await time.WaitForTimersAsync();
            var due = connection.Picture.Condition.RetryAt!.Value;
            pauses.Add((due - time.GetUtcNow()).TotalSeconds);
            time.Advance(due - time.GetUtcNow());
        }

        Assert.Equal(1, pauses[0]);
        Assert.All(pauses.Zip([1, 2, 4, 8, 16, 32, 60, 60, 60]), pair => Assert.InRange(pair.First, pair.Second * 0.75, pair.Second));
        Assert.Equal("no-such-program could not be started: there is no such program.", connection.Picture.Condition.Problem);
    }

    [Fact]
    public async Task Use_OfAServerThatIsNotTriedAgainInTime_SaysWhyAtOnce()
    {
        server.Failure = FakeMcpServer.NotThere;
        var connection = New();
        await Assert.ThrowsAsync<McpUnavailableException>(() => connection.UseAsync(TimeSpan.Zero, CancellationToken.None));
        await ReachAsync(connection, McpServerState.Failed);

        var failure = await Assert.ThrowsAsync<McpUnavailableException>(() => connection.UseAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None));

        Assert.Equal("The MCP server fake is not available: no-such-program could not be started: there is no such program.", failure.Message);
    }

    [Fact]
    public async Task Use_OfAServerThatSaysNothing_GivesUpAfterItsPatience()
    {
        server.IsSilent = true;
        var connection = New();
        var waiting = connection.UseAsync(Patience, CancellationToken.None);
        await Eventually.TrueAsync(() => server.Openings == 1);
        await time.WaitForTimersAsync(2);

        time.Advance(Patience);

        Assert.Contains("has not answered yet", (await Assert.ThrowsAsync<McpUnavailableException>(() => waiting)).Message, StringComparison.Ordinal);
        Assert.Equal(McpServerState.Connecting, connection.Picture.Condition.State);
    }

    [Fact]
    public async Task Restart_DoesNotWaitForThePause()
    {
        server.Failure = FakeMcpServer.NotThere;
        var connection = New();
        connection.Begin();
        await ReachAsync(connection, McpServerState.Failed);
        server.Failure = null;

        connection.Restart();

        await ReachAsync(connection, McpServerState.Ready);
    }

    [Fact]
    public async Task ConnectionThatCannotBeClosed_SaysSo_AndIsMadeAgain()
    {
        var connection = New();
        await connection.UseAsync(Patience, CancellationToken.None).WaitAsync(Engine.Bound);
        server.ClosingFailure = new IOException("Too many open files.");

        connection.Restart();
        await Eventually.TrueAsync(() => connection.Log.Lines.Any(line => line.Text.Contains("Too many open files.", StringComparison.Ordinal)));
        await connection.UseAsync(Patience, CancellationToken.None).WaitAsync(Engine.Bound);
        await server.KillAsync();
        await ReachAsync(connection, McpServerState.Failed);
        Assert.Contains("Too many open files.", connection.Picture.Condition.Problem, StringComparison.Ordinal);
        server.ClosingFailure = null;
        await time.WaitForTimersAsync();
        time.Advance(McpSurroundings.LongestPause);

        await ReachAsync(connection, McpServerState.Ready);
        await connection.DisposeAsync();
        Assert.Equal(0, server.Alive);
    }

    [Fact]
    public async Task WatcherThatFails_EndsNoConnection()
    {
        var connection = New();
        changed = () => throw new InvalidOperationException("The page is gone.");

        await connection.UseAsync(Patience, CancellationToken.None).WaitAsync(Engine.Bound);
        connection.Restart();
        await Eventually.TrueAsync(() => server.Openings == 2);
        await connection.UseAsync(Patience, CancellationToken.None).WaitAsync(Engine.Bound);

        await connection.DisposeAsync();
        Assert.Equal(0, server.Alive);
    }

    [Fact]
    public async Task ServerThatDoesNotSayWhatItOffers_IsWaitedForNoLongerThanSaid_AndIsAskedAnewByTheNext()
    {
        server.ProtocolVersion = "2026-07-28";
        var session = await New().UseAsync(Patience, CancellationToken.None);
        server.HoldsLists = true;
        var first = session.FreshenAsync(Patience, CancellationToken.None);
        await Eventually.TrueAsync(() => server.HeldLists == 1);

        time.Advance(Patience);

        var refusal = await Assert.ThrowsAsync<TimeoutException>(() => first);
        server.HoldsLists = false;
        server.Add(() => "new", "another");
        await session.FreshenAsync(Patience, CancellationToken.None).WaitAsync(Engine.Bound);
        Assert.Contains(session.Lists.Tools, tool => tool.Name == "another");
        Assert.False(session.Lost.IsCompleted);
        Assert.Equal("fake did not say within 15 s what it offers.", refusal.Message);
    }

    [Fact]
    public async Task TenMinutesWithoutUse_CloseIt_AndTheNextUseOpensItAgain()
    {
        var connection = New();
        await connection.UseAsync(Patience, CancellationToken.None);
        await time.WaitForTimersAsync();

        time.Advance(McpConnection.IdleTime - TimeSpan.FromSeconds(1));
        Assert.Equal(McpServerState.Ready, connection.Picture.Condition.State);
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        await ReachAsync(connection, McpServerState.Idle);
        Assert.Equal(0, server.Alive);
        await connection.UseAsync(Patience, CancellationToken.None);
        Assert.Equal(2, server.Openings);
    }

    [Fact]
    public async Task CallUnderWay_KeepsItOpen()
    {
        var connection = New(definition => definition with { TimeoutS = 600 });
        var session = await connection.UseAsync(Patience, CancellationToken.None);
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromMinutes(5));
        var call = session.CallAsync("wait", new Dictionary<string, object?>(), CancellationToken.None);

        time.Advance(TimeSpan.FromMinutes(6));
        server.Gate.SetResult();

        Assert.Equal("waited", McpResultText.Of(await call));
    }

    [Fact]
    public async Task ListThatChanges_IsReadAgain()
    {
        var connection = New();
        await connection.UseAsync(Patience, CancellationToken.None);

        server.Add(() => "new", "another");

        await Eventually.TrueAsync(() => connection.Picture.Lists.Tools.Any(tool => tool.Name == "another"));
    }

    [Fact]
    public async Task Call_LongerThanItsTimeout_IsGivenUp()
    {
        var session = await New(definition => definition with { TimeoutS = 5 }).UseAsync(Patience, CancellationToken.None);
        var call = session.CallAsync("wait", new Dictionary<string, object?>(), CancellationToken.None);
        await Eventually.TrueAsync(() => session.CallCount == 1);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("fake did not answer within 5 s.", (await Assert.ThrowsAsync<TimeoutException>(() => call)).Message);
    }

    [Fact]
    public async Task Log_AndProblems_HoldNoSecret()
    {
        server.FirstLine = "My token is hunter2-hunter2.";
        var connection = New(definition => definition with { Environment = new Dictionary<string, string> { ["TOKEN"] = "hunter2-hunter2" } });
        await connection.UseAsync(Patience, CancellationToken.None);
        Assert.Equal("My token is ••••.", connection.Log.Lines[0].Text);

        server.Failure = new IOException("hunter2-hunter2 was refused.");
        await server.KillAsync();
        await ReachAsync(connection, McpServerState.Failed);
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(() => connection.Picture.Condition.Problem == "•••• was refused.");
        Assert.DoesNotContain(connection.Log.Lines, line => line.Text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Log_KeepsTheNewestTwoHundredLines()
    {
        var log = new McpServerLog(time, () => { });
        for (var number = 1; number <= 250; number++) log.Add($"line {number}");

        Assert.Equal((200, "line 51", "line 250"), (log.Lines.Count, log.Lines[0].Text, log.Lines[^1].Text));
    }

    [Fact]
    public async Task Closed_IsNotOpenedAgain()
    {
        var connection = New();
        await connection.UseAsync(Patience, CancellationToken.None);

        await connection.DisposeAsync();

        Assert.Equal(0, server.Alive);
        await Assert.ThrowsAsync<McpUnavailableException>(() => connection.UseAsync(Patience, CancellationToken.None));
        Assert.Equal(1, server.Openings);
    }

    private static Task ReachAsync(McpConnection connection, McpServerState state) => Eventually.TrueAsync(() => connection.Picture.Condition.State == state);

    private McpConnection New(Func<McpServerDefinition, McpServerDefinition>? with = null)
    {
        var definition = new McpServerDefinition { Name = "fake", Transport = McpTransport.Stdio, Command = "fake" };
        var around = new McpSurroundings(server, () => nobodyAsks ? null : questions, time, new Random(1), NullLogger<McpConnection>.Instance);
        var connection = new McpConnection(with is null ? definition : with(definition), Path.GetTempPath(), around, () => changed());
        connections.Add(connection);
        return connection;
    }
}

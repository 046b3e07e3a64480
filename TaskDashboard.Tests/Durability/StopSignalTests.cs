using System.Diagnostics;
using System.Net.Http.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Durability.Ledgers;
using TaskDashboard.Tests.Durability.Stories;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Durability;

/// <summary>SIGTERM to the real program: it leaves in time and in order, whatever is at work, and the next start carries on.</summary>
[Collection(AloneCollection.Name)]
public sealed class StopSignalTests(ITestOutputHelper output) : IDisposable
{
    private const int Tasks = 40;

    /// <summary>The grace of ten seconds, and the way out of the process on a busy machine.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10 + 3);

    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-drain-").FullName;
    private readonly Ledger ledger = new();

    [Fact]
    public async Task Stop_WhileModelsAndToolsAreAtWork_LeavesInTimeAndTheNextStartCarriesOn()
    {
        var seed = TestSeed.Choose();
        output.WriteLine($"{TestSeed.Variable}={seed}");
        await using var model = await RemoteModel.StartAsync();
        await using var silent = await FakeOpenAIServer.StartNewAsync();
        silent.Answers((number, _) => number == 0 ? new ModelServerAnswer { Hang = true } : ModelServerAnswer.Of(ModelServerStep.Text("Here I am.")));
        (string, string)[] settings =
        [
            .. model.Settings, .. Crowd.Settings,
            ("Providers:silent:Type", "OpenAI"), ("Providers:silent:BaseUrl", silent.BaseUrl.ToString()), ("Providers:silent:ApiKey", "key"),
        ];
        var crowd = new Crowd(ledger, seed);
        await using (var program = await DashboardProcess.StartAsync(directory, settings))
        {
            var hanging = await CreateAsync(program, "Are you there?", "silent/model");
            var waiting = await CreateAsync(program, "wait 600 seconds", "builtin/assistant");
            using var over = new CancellationTokenSource();
            var playing = crowd.PlayAsync(program.Client, round: 1, Tasks, over.Token);
            await Eventually.TrueAsync(() => silent.Requests.Count > 0);
            await ReachAsync(program, waiting, "tool");
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);

            var asked = Stopwatch.GetTimestamp();
            var exitCode = await program.StopAsync();
            var took = Stopwatch.GetElapsedTime(asked);
            await over.CancelAsync();
            await playing;
            output.WriteLine($"Left {took.TotalSeconds:0.00} s after SIGTERM with exit code {exitCode}.");
            Assert.Equal(0, exitCode);
            Assert.True(took <= Promised, $"It took {took}. Its log:\n{program.Log}");
            Assert.DoesNotContain("Unhandled exception", program.Log, StringComparison.Ordinal);

            // A stop in order keeps every word that anybody was shown before it.
            foreach (var account in ledger.Accounts) account.Viewer?.KeepTextsReadBefore(asked);
            await CarriesOnAsync(crowd, settings, hanging, waiting);
        }
    }

    [Fact]
    public async Task Stop_WhileViewersWatch_DoesNotWaitForThem()
    {
        await using var program = await DashboardProcess.StartAsync(directory);
        var task = await CreateAsync(program, "wait 0.1 seconds", "builtin/assistant");
        var streams = new List<ServerSentEventReader>();
        foreach (var path in Enumerable.Repeat("/api/stream", 20).Append($"/api/tasks/{task}/stream")) streams.Add(await ServerSentEventReader.OpenAsync(program.Client, path));
        await using var hub = await HubConnection.OpenAsync(program.Address);

        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(0, await program.StopAsync());
        var took = Stopwatch.GetElapsedTime(asked);

        output.WriteLine($"Left {took.TotalSeconds:0.00} s after SIGTERM.");
        Assert.True(took < TimeSpan.FromSeconds(5), $"It took {took}. Its log:\n{program.Log}");
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    [Fact]
    public async Task SecondSignal_LeavesAtOnce_AndTheNextStartCarriesOn()
    {
        await using var program = await DashboardProcess.StartAsync(directory);
        await AllowEverythingAsync(program);
        var waiting = await CreateAsync(program, "in parallel: wait 600 seconds and run `touch begun`", "builtin/assistant");

        // The log says that calls are to be made before they are, and a stop in between would find nothing to wait for: what one of them has done tells that the
        // other is at work.
        await using (var begun = await ServerSentEventReader.OpenAsync(program.Client, $"/api/tasks/{waiting}/stream")) await begun.ReadUntilAsync(item => item.Name == "tool_result");
        program.RequestStop();
        await Eventually.TrueAsync(async () => !(await program.Client.GetAsync("/health/ready")).IsSuccessStatusCode);

        var asked = Stopwatch.GetTimestamp();
        program.RequestStop();
        var exitCode = await program.ExitAsync();
        var took = Stopwatch.GetElapsedTime(asked);

        output.WriteLine($"Left {took.TotalSeconds:0.00} s after the second SIGTERM with exit code {exitCode}.");
        Assert.NotEqual(0, exitCode);
        Assert.True(took < TimeSpan.FromSeconds(4), $"It took {took}, and would have waited eight seconds for the tool. Its log:\n{program.Log}");
        await using var next = await DashboardProcess.StartAsync(directory);
        await using var stream = await ServerSentEventReader.OpenAsync(next.Client, $"/api/tasks/{waiting}/stream");
        await stream.ReadUntilAsync(item => item.Name == "end");
        var history = (await TaskHistory.ReadAsync(next.Client, waiting))!;
        LogExpectations.AssertHold(history);
        Assert.Equal("completed", history.Task.String("status"));
        Assert.Equal(["success", "unknown"], history.EventsOf("tool_result").Select(result => result.GetProperty("data").String("status")).Order());
        Assert.Empty(await SelfCheckExpectations.ViolationsAsync(next.Client));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task CarriesOnAsync(Crowd crowd, (string, string)[] settings, string hanging, string waiting)
    {
        await using var next = await DashboardProcess.StartAsync(directory, settings);
        await crowd.RepeatUnansweredAsync(next.Client, ledger.Accounts);
        await crowd.SettleAsync(next.Client);
        var audit = new LedgerAudit(next.Client, ledger);
        List<string> violations = [.. await audit.CheckAsync(ledger.Accounts, settled: true), .. await SelfCheckExpectations.ViolationsAsync(next.Client)];
        Assert.True(violations.Count == 0, $"{violations.Count} violations:\n{string.Join("\n\n", violations.Take(20))}\n\nThe program's log:\n{next.Log}");
        var (answered, waited) = ((await TaskHistory.ReadAsync(next.Client, hanging))!, (await TaskHistory.ReadAsync(next.Client, waiting))!);
        Assert.All([answered, waited], LogExpectations.AssertHold);
        Assert.Equal(("completed", "completed"), (answered.Task.String("status"), waited.Task.String("status")));
        Assert.Equal("Here I am.", answered.Messages[^1].String("text"));
        Assert.Equal("unknown", Assert.Single(waited.EventsOf("tool_result")).GetProperty("data").String("status"));
        Assert.True(audit.Histories.Values.Any(history => history.Runs.Any(run => run.String("outcome") == "interrupted")), "The stop hit no work.");
        Assert.Equal(0, await next.StopAsync());
    }

    private static async Task AllowEverythingAsync(DashboardProcess program)
    {
        using var agents = await program.Client.GetAsync("/api/agents");
        var agent = (await agents.JsonAsync()).Items().First(agent => agent.String("name") == "Assistant").Id();
        using var allowed = await program.Client.PatchAsJsonAsync($"/api/agents/{agent}", new { approval = new { mode = "allow_all" } });
        allowed.EnsureSuccessStatusCode();
    }

    private static async Task<string> CreateAsync(DashboardProcess program, string message, string model)
    {
        using var agents = await program.Client.GetAsync("/api/agents");
        var agent = (await agents.JsonAsync()).Items().First(agent => agent.String("name") == "Assistant").Id();
        using var response = await program.Client.PostAsJsonAsync("/api/tasks", new { agent_id = agent, message, model, allow_duplicates = true });
        return (await response.JsonAsync(System.Net.HttpStatusCode.Created)).Id();
    }

    private static async Task ReachAsync(DashboardProcess program, string task, string reason)
    {
        await using var stream = await ServerSentEventReader.OpenAsync(program.Client, $"/api/tasks/{task}/stream");
        await stream.ReadUntilAsync(item => item.Name == "status" && item.Data.GetProperty("data").String("reason") == reason);
    }
}

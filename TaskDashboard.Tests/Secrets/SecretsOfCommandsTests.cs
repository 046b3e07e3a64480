using System.Net;
using System.Net.Http.Json;
using System.Text;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Secrets;

/// <summary>Commands that go for the keys: what they find never reaches the log, the events or the transcript.</summary>
public sealed class SecretsOfCommandsTests
{
    private const string Key = "sk-test-0123456789abcdef";

    [Theory]
    [InlineData("Auto", "env")]
    [InlineData("Off", "env")]
    [InlineData("Auto", "cat DATA/appsettings.json; echo looked")]
    [InlineData("Off", "cat DATA/appsettings.json; echo looked")]
    [InlineData("Off", "cat DATA/appsettings.json >&2; exit 1")]
    [InlineData("Off", "cat DATA/appsettings.json; sleep 600")]
    public async Task CommandThatFindsAKey_TellsNobody(string sandbox, string command)
    {
        await using var engine = await CommandEngine.StartAsync(("Sandbox:Mode", sandbox), ("Providers:other:Type", "OpenAI"), ("Providers:other:ApiKey", Key));
        await File.WriteAllTextAsync(Path.Combine(engine.DataDirectory, "appsettings.json"), $$"""{"ApiKey":"{{Key}}"}""");
        var task = await engine.CreateAsync(command.Replace("DATA", engine.DataDirectory, StringComparison.Ordinal), order => order with { TimeoutS = command.Contains("sleep", StringComparison.Ordinal) ? 2 : null });

        var ended = await engine.WaitForAsync(task.Id, one => one.EndedAt is not null);
        var told = await engine.Reader.ListMessagesAsync(task.Id, 0, 100);

        Assert.NotNull(ended);
        Assert.All(told, entry => Assert.DoesNotContain(Key, entry.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(engine.Logs.Lines, line => line.Message.Contains(Key, StringComparison.Ordinal));
        AssertNowhereIn(engine.DataDirectory);
    }

    [Theory]
    [InlineData("Auto")]
    [InlineData("Off")]
    public async Task CommandThatReadsTheEnvironmentOfTheServer_TellsNobody(string sandbox)
    {
        var data = Directory.CreateTempSubdirectory("secrets-").FullName;
        try
        {
            await using var program = await DashboardProcess.StartAsync(data, ("Sandbox:Mode", sandbox), ("Providers:anthropic:Type", "Anthropic"), ("Providers:anthropic:ApiKey", Key));
            using var agent = await program.Client.PostAsJsonAsync("/api/agents", new { name = "Handyman", model = "builtin/assistant", tools = new[] { "run_command" }, approval = new { mode = "allow_all" } });
            var agentId = (await agent.JsonAsync(HttpStatusCode.Created)).Id();
            var command = $"for one in $PPID {program.Id}; do tr '\\0' '\\n' < /proc/$one/environ; done; echo looked";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(new { agent_id = agentId, message = $"run `{command}`" }), Headers = { { "Accept", "text/event-stream" } } };
            await using var stream = ServerSentEventReader.Of(await program.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));

            var events = await stream.ReadToEndAsync();

            Assert.Contains(events, item => item.Name == "tool_result" && item.Data.GetProperty("data").String("content")!.Contains("looked", StringComparison.Ordinal));
            Assert.All(events, item => Assert.DoesNotContain(Key, item.Data.GetRawText(), StringComparison.Ordinal));
            Assert.DoesNotContain(Key, program.Log, StringComparison.Ordinal);
            await program.StopAsync();
            AssertNowhereIn(data);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>A server may be started from a shell in which the command line's key is set.</summary>
    [Theory]
    [InlineData("Auto")]
    [InlineData("Off")]
    public async Task KeyOfTheCommandLine_InTheServersEnvironment_IsHandedOnToNobody(string sandbox)
    {
        const string Own = "td_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
        var data = Directory.CreateTempSubdirectory("secrets-").FullName;
        try
        {
            await using var program = await DashboardProcess.StartAsync(data, new Dictionary<string, string> { ["TASKDASHBOARD_KEY"] = Own, ["LC_KEYHOLDER"] = Own }, ("Sandbox:Mode", sandbox));
            using var agent = await program.Client.PostAsJsonAsync("/api/agents", new { name = "Handyman", model = "builtin/assistant", tools = new[] { "run_command" }, approval = new { mode = "allow_all" } });
            var agentId = (await agent.JsonAsync(HttpStatusCode.Created)).Id();
            var order = new { agent_id = agentId, message = $"run `env; echo looked; tr '\\0' '\\n' < /proc/{program.Id}/environ; echo {Own[..20]}''{Own[20..]}`" };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(order), Headers = { { "Accept", "text/event-stream" } } };
            await using var stream = ServerSentEventReader.Of(await program.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));

            var events = await stream.ReadToEndAsync();

            var result = Assert.Single(events, item => item.Name == "tool_result").Data.GetProperty("data").String("content")!;
            Assert.Contains("[redacted]", result, StringComparison.Ordinal);

            // Where the server runs as root nothing is closed to its commands, and what they find there is taken out of what they say.
            var environment = result[..result.IndexOf("looked", StringComparison.Ordinal)];
            Assert.Contains("PATH=", environment, StringComparison.Ordinal);
            Assert.DoesNotContain("TASKDASHBOARD_KEY", environment, StringComparison.Ordinal);
            Assert.DoesNotContain("LC_KEYHOLDER", environment, StringComparison.Ordinal);
            Assert.All(events, item => Assert.DoesNotContain(Own, item.Data.GetRawText(), StringComparison.Ordinal));
            Assert.DoesNotContain(Own, program.Log, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static void AssertNowhereIn(string dataDirectory)
    {
        foreach (var file in Directory.EnumerateFiles(dataDirectory, "taskdashboard.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Key)) < 0, $"The key is in {Path.GetFileName(file)}.");
        }
    }
}

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

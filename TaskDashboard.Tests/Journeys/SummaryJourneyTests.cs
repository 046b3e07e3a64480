using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Journeys;

/// <summary>
/// The main job on real input, over REST: an agent reads this repository's own README with a real tool call and says what is in it. Once with
/// the builtin model, and once each over the vendors' real libraries against servers on loopback that speak their protocols.
/// </summary>
public sealed class SummaryJourneyTests
{
    private const string Instruction = "Read README.md and summarise it";

    [Fact]
    public async Task Builtin_ReadsAndSummarisesThisRepositorysReadme()
    {
        using var folder = new ReadmeFolder();
        await using var program = await DashboardApplication.StartAsync(realModels: true);

        var task = await RunAsync(program, folder, "builtin/assistant");

        var answer = await AnswerOfAsync(program, task);
        Assert.Contains("TaskDashboard", answer, StringComparison.Ordinal);
        Assert.Contains("Run it", answer, StringComparison.Ordinal);
        await AssertReadAsync(program, task, folder);
    }

    [Fact]
    public async Task OpenAICompatibleServer_IsAskedTwiceAndGivenTheFile()
    {
        using var folder = new ReadmeFolder();
        await using var server = await FakeOpenAIServer.StartNewAsync();
        server.Answers(CallsTheTool(), Summarises());
        await using var program = await DashboardApplication.StartAsync(
            realModels: true,
            settings: [("Providers:openai:Type", "OpenAI"), ("Providers:openai:BaseUrl", server.BaseUrl.ToString()), ("Providers:openai:ApiKey", "key-of-the-test")]);

        var task = await RunAsync(program, folder, "openai/some-model");

        Assert.Equal("A dashboard for agents.", await AnswerOfAsync(program, task));
        await AssertReadAsync(program, task, folder);
        AssertWasGivenTheFile(server, folder);
    }

    [Fact]
    public async Task AnthropicCompatibleServer_IsAskedTwiceAndGivenTheFile()
    {
        using var folder = new ReadmeFolder();
        await using var server = await FakeAnthropicServer.StartNewAsync();
        server.Answers(CallsTheTool(), Summarises());
        await using var program = await DashboardApplication.StartAsync(
            realModels: true,
            settings: [("Providers:anthropic:Type", "Anthropic"), ("Providers:anthropic:BaseUrl", server.Address.ToString()), ("Providers:anthropic:ApiKey", "key-of-the-test")]);

        var task = await RunAsync(program, folder, "anthropic/some-model");

        Assert.Equal("A dashboard for agents.", await AnswerOfAsync(program, task));
        await AssertReadAsync(program, task, folder);
        AssertWasGivenTheFile(server, folder);
    }

    private static ModelServerAnswer CallsTheTool() => ModelServerAnswer.Of(
        ModelServerStep.Text("Let me look. "), ModelServerStep.Calls(("call_1", "read_file", """{"path":"README.md"}""")), ModelServerStep.Usage(100, 10));

    private static ModelServerAnswer Summarises() => ModelServerAnswer.Of(ModelServerStep.Text("A dashboard ", "for agents."), ModelServerStep.Usage(900, 5));

    private static async Task<AgentTask> RunAsync(DashboardApplication program, ReadmeFolder folder, string model)
    {
        using var response = await program.Client.PostAsJsonAsync("api/tasks", new { agent_id = program.AgentId, message = Instruction, model, work_dir = folder.Path });
        Assert.Equal(System.Net.HttpStatusCode.Created, response.StatusCode);
        var created = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("pending", created.GetProperty("status").GetString());
        var ended = await program.WaitForAsync(created.GetProperty("id").GetString()!, task => task.Status.IsTerminal());
        Assert.True(ended.Status == AgentTaskStatus.Completed, ended.ReasonText);
        return ended;
    }

    private static async Task<string> AnswerOfAsync(DashboardApplication program, AgentTask task) =>
        (await program.Reader.ListMessagesAsync(task.Id, 0, 100)).Last(message => message.Role == EntryRole.Assistant).Text;

    private static async Task AssertReadAsync(DashboardApplication program, AgentTask task, ReadmeFolder folder)
    {
        var events = await program.Reader.ListEventsAsync(task.Id, 0, 200);
        Assert.Contains(events, @event => @event.Data is ToolUseData { Name: "read_file" });
        var result = Assert.Single(events.Select(@event => @event.Data).OfType<ToolResultData>());
        Assert.Equal(StepOutcome.Success, result.Status);
        Assert.Contains(folder.FirstLine, result.Content, StringComparison.Ordinal);
        Assert.True(task.Usage.Input > 0);
    }

    private static void AssertWasGivenTheFile(FakeModelServer server, ReadmeFolder folder)
    {
        Assert.Equal(2, server.Requests.Count);
        Assert.DoesNotContain(folder.FirstLine, server.Requests[0].Body.ToString(), StringComparison.Ordinal);
        Assert.Contains(folder.FirstLine, server.Requests[1].Body.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A work dir with this repository's README in it.</summary>
    private sealed class ReadmeFolder : IDisposable
    {
        public ReadmeFolder()
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "TaskDashboard.sln"))) root = root.Parent;
            var readme = System.IO.Path.Combine(root!.FullName, "README.md");
            File.Copy(readme, System.IO.Path.Combine(Path, "README.md"));
            FirstLine = File.ReadLines(readme).First();
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("taskdashboard-readme-").FullName;

        public string FirstLine { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

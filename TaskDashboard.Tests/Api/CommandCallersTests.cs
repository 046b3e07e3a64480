using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>What commands of agents get from this server, asked for by commands of agents. On Linux.</summary>
public sealed class CommandCallersTests : IAsyncLifetime
{
    private DashboardApplication app = null!;

    /// <summary>An agent that runs the command that it is told, once that is allowed.</summary>
    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(model => model.Always((messages, observer, token) =>
    {
        var order = messages.First(message => message.Role == ChatRole.User).Text;
        var next = messages.Any(message => message.Role == ChatRole.Tool) ? Says("Done.") : Calls(Call("run_command", ("command", order)));
        return next(messages, observer, token);
    }));

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task CommandThatAnswersARequestOfItsAgent_IsRefused_AndThePersonsAnswerIsTaken()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (next, request) = await AskAsync("echo next");

        var (task, said) = await RunAsync(Asks("GET", "/api/requests"), Asks("POST", $"/api/requests/{request}/answer", """{"answer":"allow"}"""));

        Assert.Equal(["200", "403"], Statuses(said));
        Assert.Contains("from_a_command", said, StringComparison.Ordinal);
        Assert.Contains(app.Logs.Lines, line => line.Message.Contains(task, StringComparison.Ordinal) && line.Message.Contains("/answer", StringComparison.Ordinal));
        Assert.Equal(request, (await app.GetJsonAsync("/api/requests")).Items().Single().String("request_id"));
        await AllowAsync(request);
        await app.WaitForAsync(next, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task CommandThatDoesNotWaitForTheAnswer_GetsNoMore()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (_, request) = await AskAsync("echo next");

        await RunAsync(Asks("POST", $"/api/requests/{request}/answer", """{"answer":"allow"}""").Replace("; cat <&3", "", StringComparison.Ordinal));

        await Fakes.Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Message.Contains("/answer", StringComparison.Ordinal)));
        Assert.Single((await app.GetJsonAsync("/api/requests")).Items());
    }

    [Fact]
    public async Task CommandThatReachesForWhatIsAPersons_IsRefused_AndMayReadAndSpeak()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var made = await app.Client.PostAsJsonAsync("/api/approval-rules", new { tool = "run_command", pattern = "rm *", answer = "deny", scope = "always" });
        var rule = (await made.JsonAsync(HttpStatusCode.Created)).GetProperty("rule").String("rule_id");
        var agent = await app.GetJsonAsync($"/api/agents/{app.AgentId}");
        var (other, request) = await AskAsync("echo other");
        const string free = """{"name":"Free","approval":{"mode":"allow_all"},"mcp_servers":[{"name":"shell","command":"sh"}]}""";

        var (_, refused) = await RunAsync(
            Asks("POST", "/api/approval-rules", """{"tool":"run_command","answer":"allow","scope":"always"}"""), Asks("DELETE", $"/api/approval-rules/{rule}"),
            Asks("POST", "/api/agents", free), Asks("PUT", $"/api/agents/{app.AgentId}", free), Asks("PATCH", $"/api/agents/{app.AgentId}", free), Asks("DELETE", $"/api/agents/{app.AgentId}"),
            Asks("POST", $"/api/agents/{app.AgentId}/mcp/shell/restart"), Asks("GET", $"/api/agents/{app.AgentId}/mcp?connect=true"), Asks("GET", $"/api/agents/{app.AgentId}/mcp/resources?uri=a:b"),
            Asks("POST", "/_blazor/negotiate?negotiateVersion=1"), Asks("POST", "/hubs/tasks/negotiate?negotiateVersion=1"),
            Asks("GET", "/_blazor", more: WebSocket), Asks("GET", "/_BLAZOR?id=x", more: WebSocket), Asks("GET", "/hubs/tasks", more: WebSocket));
        var (_, allowed) = await RunAsync(
            Asks("GET", $"/api/agents/{app.AgentId}/mcp"), Asks("GET", "/api/approval-rules"), Asks("POST", $"/api/tasks/{other}/message", """{"message":"Hello."}"""), Asks("GET", "/tasks"));

        Assert.Equal(Enumerable.Repeat("403", 14), Statuses(refused));
        Assert.Equal(["200", "200", "202", "200"], Statuses(allowed));
        Assert.Equal(rule, (await app.GetJsonAsync("/api/approval-rules")).Items().Single().String("rule_id"));
        Assert.Equal(agent.GetRawText(), (await app.GetJsonAsync($"/api/agents/{app.AgentId}")).GetRawText());
        Assert.DoesNotContain((await app.GetJsonAsync("/api/agents")).Items(), one => one.String("name") == "Free");
        Assert.Equal(request, (await app.GetJsonAsync("/api/requests")).Items().Single().String("request_id"));
    }

    [Fact]
    public async Task TaskThatACommandMakes_IsBelowItsTask_AskedByThePoliciesAbove_AndInItsFolders()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var made = await app.Client.PostAsJsonAsync("/api/agents", new { name = "Free", tools = new[] { "run_command" }, approval = new { mode = "allow_all" } });
        var free = (await made.JsonAsync(HttpStatusCode.Created)).Id();
        var elsewhere = Directory.CreateTempSubdirectory("taskdashboard-elsewhere-");
        string Order(string more) => $$"""{"agent_id":"{{free}}","message":"echo freely"{{more}}}""";

        var (parent, request) = await AskAsync(Script(
            Asks("POST", "/api/tasks", Order($",\"work_dir\":\"{elsewhere.FullName}\"")), Asks("POST", "/api/tasks", Order($",\"add_dirs\":[\"/usr\"]")), Asks("POST", "/api/tasks", Order(""))));
        await AllowAsync(request);
        await Fakes.Eventually.TrueAsync(async () => (await app.GetJsonAsync("/api/requests")).Items().Count == 1);
        var asked = (await app.GetJsonAsync("/api/requests")).Items().Single();

        var child = await app.GetJsonAsync($"/api/tasks/{asked.String("task_id")}");
        Assert.Equal((parent, free), (child.String("parent_task_id"), child.String("agent_id")));
        await AllowAsync(asked.String("request_id")!);
        await app.WaitForAsync(child.Id(), AgentTaskStatus.Completed);
        await app.WaitForAsync(parent, AgentTaskStatus.Completed);
        Assert.Equal(["400", "400", "201"], Statuses(await SaidAsync(parent)));
        elsewhere.Delete();
    }

    [Fact]
    public async Task CommandThatCallsAWebhook_IsRefused_AndStartsNothingOutsideOfItsTask()
    {
        if (!OperatingSystem.IsLinux()) return;
        var hook = await app.PostJsonAsync("/api/triggers", new { agent_id = app.AgentId, kind = "webhook", message = "Look at what came" }, HttpStatusCode.Created);

        var (_, said) = await RunAsync(Asks("GET", $"/api/triggers/{hook.Id()}"), Asks("POST", hook.String("webhook_path")!, "{}"));

        Assert.Equal(["200", "403"], Statuses(said));
        Assert.Empty((await app.GetJsonAsync($"/api/triggers/{hook.Id()}/firings")).Items());
    }

    private const string WebSocket = "Upgrade: websocket\\r\\nConnection: Upgrade, close\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>One request by bash alone, which is there where curl is not.</summary>
    private string Asks(string method, string path, string body = "", string more = "Connection: close")
    {
        var length = body.Length.ToString(CultureInfo.InvariantCulture);
        return $"exec 3<>/dev/tcp/127.0.0.1/{app.Address.Port}; printf '{method} {path} HTTP/1.1\\r\\nHost: {app.Address.Authority}\\r\\n{more}\\r\\nContent-Type: application/json\\r\\nContent-Length: {length}\\r\\n\\r\\n%s' '{body}' >&3; cat <&3; exec 3>&-; echo";
    }

    private static string Script(params string[] lines) => $"bash <<'END'\n{string.Join('\n', lines)}\nEND";

    private static IEnumerable<string> Statuses(string said) => said.Split('\n').Where(line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);

    /// <summary>Has a task ask for leave to run a command.</summary>
    private async Task<(string Task, string Request)> AskAsync(string command)
    {
        var task = (await app.CreateAsync(command)).Id();
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);
        return (task, (await app.GetJsonAsync($"/api/requests?task_id={task}")).Items().Single().String("request_id")!);
    }

    private async Task AllowAsync(string request)
    {
        using var answer = await app.SendAsync(HttpMethod.Post, $"/api/requests/{request}/answer", """{"answer":"allow"}""");
        await answer.JsonAsync();
    }

    /// <summary>Runs requests as a command that a person allowed; its task, and what they were answered.</summary>
    private async Task<(string Task, string Said)> RunAsync(params string[] requests)
    {
        var (task, request) = await AskAsync(Script(requests));
        await AllowAsync(request);
        await app.WaitForAsync(task, AgentTaskStatus.Completed);
        return (task, await SaidAsync(task));
    }

    private async Task<string> SaidAsync(string task) =>
        (await app.Reader.ListEventsAsync(task, 0, 100)).Select(told => told.Data).OfType<ToolResultData>().Single().Content;
}

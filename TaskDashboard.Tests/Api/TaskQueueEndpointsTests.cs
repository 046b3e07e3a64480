using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

public sealed class TaskQueueEndpointsTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private DashboardApplication app = null!;
    private string id = "";

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(new AgentScript().For("Busy", SaysAfter(gate.Task, "Done."), Says("Read.")).For("Child", Says("Done.")).Play);
        id = (await app.CreateAsync("Busy")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Running);

        // From here on it reads nothing before its model has answered.
        await Eventually.TrueAsync(() => app.Model.Calls.Count == 1);
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Queue_TellsEachMessageThatWaits_AndEveryChangeAnswersWithIt()
    {
        var (a, b) = (await SendAsync("A"), await SendAsync("B", "steer"));

        var queue = await app.GetJsonAsync($"/api/tasks/{id}/queue");
        Assert.Equal(["items"], queue.EnumerateObject().Select(property => property.Name));
        Assert.Equal([(a, "A", "queue"), (b, "B", "steer")], queue.Items().Select(item => (item.String("message_id")!, item.String("text")!, item.String("mode")!)));
        Assert.All(queue.Items(), item => Assert.Equal("user", item.String("role")));
        Assert.EndsWith("Z", queue.Items()[0].String("created_at"), StringComparison.Ordinal);

        Assert.Equal(["B", "A"], await ChangeAsync(b, """{"position":0}"""));
        Assert.Equal(["B", "Ay"], await ChangeAsync(a, """{"message":"Ay","mode":null}"""));
        Assert.Equal(["B", "Ay"], await ChangeAsync(b, """{"mode":"queue"}"""));
        Assert.Equal("queue", (await app.GetJsonAsync($"/api/tasks/{id}/queue")).Items()[0].String("mode"));
        using var removed = await app.Client.DeleteAsync($"/api/tasks/{id}/queue/{b}");
        Assert.Equal(["Ay"], Texts(await removed.JsonAsync()));
        Assert.Equal(1, (await app.GetJsonAsync($"/api/tasks/{id}")).GetProperty("queued_messages").GetInt32());
        Assert.Equal(1, (await app.GetJsonAsync("/api/tasks")).Items().Single().GetProperty("queued_messages").GetInt32());
    }

    [Theory]
    [InlineData("""{"message":" "}""", "message")]
    [InlineData("""{"position":-1}""", "position")]
    [InlineData("""{"position":"first"}""", "position")]
    [InlineData("""{"mode":"reject"}""", "mode")]
    [InlineData("""{"mode":"shout"}""", "mode")]
    public async Task Change_WithSomethingWrong_IsRefusedWithItsField(string body, string field)
    {
        var message = await SendAsync("A");

        using var response = await app.SendAsync(HttpMethod.Patch, $"/api/tasks/{id}/queue/{message}", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(["A"], Texts(await app.GetJsonAsync($"/api/tasks/{id}/queue")));
    }

    [Fact]
    public async Task Change_OfWhatIsRead_OrFixed_OrNotThere_IsRefused()
    {
        var child = await app.CreateAsync("Child", new { parent_task_id = id });
        await app.WaitForAsync(child.Id(), AgentTaskStatus.Completed);
        await app.WaitForAsync(id, task => task.QueuedMessages == 1);
        var news = (await app.GetJsonAsync($"/api/tasks/{id}/queue")).Items().Single();
        Assert.Equal(("subtask", child.Id()), (news.String("role"), news.String("from_task_id")));
        await RefusedAsync(news.String("message_id")!, HttpStatusCode.Conflict, "message_fixed");

        var message = await SendAsync("A");
        await RefusedAsync("msg_none", HttpStatusCode.NotFound, "not_found");
        gate.SetResult();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await RefusedAsync(message, HttpStatusCode.Conflict, "message_read");
        Assert.Empty((await app.GetJsonAsync($"/api/tasks/{id}/queue")).Items());
    }

    [Fact]
    public async Task Cancel_OfAChat_AndOfWhatARunHasStarted_TellHowManyWereSignalled()
    {
        var parent = await app.GetJsonAsync($"/api/tasks/{id}");
        var child = (await app.CreateAsync("Busy child", new { parent_task_id = id })).Id();
        await app.WaitForAsync(child, AgentTaskStatus.Running);
        var grandchild = (await app.CreateAsync("Busy grandchild", new { parent_task_id = child })).Id();
        var neighbour = (await app.CreateAsync("Busy neighbour", new { chat_id = parent.String("chat_id") })).Id();

        Assert.Equal("""{"accepted":true,"cancelled_count":2}""", await PostAsync($"/api/runs/{parent.String("run_id")}/cancel"));
        await app.WaitForAsync(child, AgentTaskStatus.Cancelled);
        await app.WaitForAsync(grandchild, AgentTaskStatus.Cancelled);
        Assert.Equal(AgentTaskStatus.Running, (await app.Reader.FindAsync(id))!.Status);
        Assert.Equal("""{"accepted":true,"cancelled_count":0}""", await PostAsync($"/api/runs/{parent.String("run_id")}/cancel"));

        Assert.Equal("""{"accepted":true,"cancelled_count":2}""", await PostAsync($"/api/chats/{parent.String("chat_id")}/cancel"));
        await app.WaitForAsync(id, AgentTaskStatus.Cancelled);
        await app.WaitForAsync(neighbour, AgentTaskStatus.Cancelled);
        var tree = (await app.GetJsonAsync($"/api/tasks/{id}/tree")).Items();
        Assert.Equal(3, tree.Count);
        Assert.All(tree, node => Assert.Equal(("you", 0), (node.GetProperty("stop").String("by"), node.GetProperty("stop").GetProperty("calls_after").GetInt32())));
    }

    private async Task<string> SendAsync(string text, string mode = "queue")
    {
        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", JsonSerializer.Serialize(new { message = text, mode }));
        return (await response.JsonAsync(HttpStatusCode.Accepted)).String("message_id")!;
    }

    private async Task<IEnumerable<string>> ChangeAsync(string message, string body)
    {
        using var response = await app.SendAsync(HttpMethod.Patch, $"/api/tasks/{id}/queue/{message}", body);
        return Texts(await response.JsonAsync());
    }

    private async Task RefusedAsync(string message, HttpStatusCode status, string code)
    {
        using var changed = await app.SendAsync(HttpMethod.Patch, $"/api/tasks/{id}/queue/{message}", """{"message":"Other"}""");
        await changed.ProblemAsync(status, code);
        using var removed = await app.Client.DeleteAsync($"/api/tasks/{id}/queue/{message}");
        await removed.ProblemAsync(status, code);
    }

    private async Task<string> PostAsync(string path)
    {
        using var response = await app.Client.PostAsync(path, null);
        return (await response.JsonAsync()).GetRawText();
    }

    private static IEnumerable<string> Texts(JsonElement queue) => queue.Items().Select(item => item.String("text")!);
}

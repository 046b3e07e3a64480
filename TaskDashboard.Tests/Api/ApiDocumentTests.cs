using System.Text.Json;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class ApiDocumentTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly DashboardApplication app = shared.App;

    [Theory]
    [InlineData("/api/tasks", "get post")]
    [InlineData("/api/tasks/{id}", "delete get patch")]
    [InlineData("/api/tasks/{id}/cancel", "post")]
    [InlineData("/api/tasks/{id}/message", "post")]
    [InlineData("/api/tasks/{id}/retry", "post")]
    [InlineData("/api/tasks/{id}/pause", "post")]
    [InlineData("/api/tasks/{id}/resume", "post")]
    [InlineData("/api/tasks/{id}/reruns", "post")]
    [InlineData("/api/tasks/{id}/forks", "get post")]
    [InlineData("/api/tasks/bulk", "get post")]
    [InlineData("/api/tasks/bulk/{id}", "delete get")]
    [InlineData("/api/comparisons", "post")]
    [InlineData("/api/comparisons/{id}", "get")]
    [InlineData("/api/comparisons/{id}/pick", "post")]
    [InlineData("/api/comparisons/{id}/stop", "post")]
    [InlineData("/api/tasks/{id}/queue", "get")]
    [InlineData("/api/tasks/{id}/queue/{message_id}", "delete patch")]
    [InlineData("/api/tasks/{id}/stream", "get")]
    [InlineData("/api/tasks/{id}/messages", "get")]
    [InlineData("/api/tasks/{id}/events", "get")]
    [InlineData("/api/tasks/{id}/runs", "get")]
    [InlineData("/api/tasks/{id}/tree", "get")]
    [InlineData("/api/tasks/{id}/changes", "get")]
    [InlineData("/api/tasks/{id}/changes/diff", "get")]
    [InlineData("/api/tasks/{id}/files", "get")]
    [InlineData("/api/tasks/{id}/files/content", "get")]
    [InlineData("/api/tasks/{id}/export", "get")]
    [InlineData("/api/tasks/export", "get")]
    [InlineData("/api/imports", "post")]
    [InlineData("/api/backups", "get post")]
    [InlineData("/api/backups/{id}", "delete get")]
    [InlineData("/api/purges", "get")]
    [InlineData("/api/tasks/running/count", "get")]
    [InlineData("/api/runs/{id}", "get")]
    [InlineData("/api/runs/{id}/cancel", "post")]
    [InlineData("/api/runs/{id}/timeline", "get")]
    [InlineData("/api/runs/{id}/steps/{step_id}/exchange", "get")]
    [InlineData("/api/chats", "get")]
    [InlineData("/api/chats/{id}", "delete get patch")]
    [InlineData("/api/chats/{id}/messages", "get")]
    [InlineData("/api/chats/{id}/stream", "get")]
    [InlineData("/api/chats/{id}/read", "post")]
    [InlineData("/api/chats/{id}/cancel", "post")]
    [InlineData("/api/requests", "get")]
    [InlineData("/api/agents", "get post")]
    [InlineData("/api/agents/{id}", "delete get patch put")]
    [InlineData("/api/agents/{id}/live-tasks", "get")]
    [InlineData("/api/agents/{id}/duplicate", "post")]
    [InlineData("/api/agents/{id}/export", "get")]
    [InlineData("/api/agents/import", "post")]
    [InlineData("/api/tools", "get")]
    [InlineData("/api/agents/{id}/mcp", "get")]
    [InlineData("/api/agents/{id}/mcp/{server}/restart", "post")]
    [InlineData("/api/agents/{id}/mcp/{server}/log", "get")]
    [InlineData("/api/agents/{id}/mcp/prompts/{name}", "post")]
    [InlineData("/api/agents/{id}/mcp/resources", "get")]
    [InlineData("/api/templates", "get post")]
    [InlineData("/api/templates/{id}", "delete get patch")]
    [InlineData("/api/templates/{id}/versions", "get")]
    [InlineData("/api/templates/{id}/run", "post")]
    [InlineData("/api/templates/{id}/preview", "post")]
    [InlineData("/api/tasks/{id}/save-as-template", "post")]
    [InlineData("/api/views", "get post")]
    [InlineData("/api/views/{id}", "delete patch")]
    [InlineData("/api/models", "get")]
    [InlineData("/api/attachments", "post")]
    [InlineData("/api/attachments/{id}", "get")]
    [InlineData("/api/stream", "get")]
    [InlineData("/health/live", "get")]
    [InlineData("/health/ready", "get")]
    [InlineData("/metrics", "get")]
    public async Task Document_DescribesTheRoute(string path, string methods)
    {
        var document = await app.GetJsonAsync("/openapi.json");

        var operations = document.GetProperty("paths").GetProperty(path);
        Assert.Equal(methods.Split(' '), operations.EnumerateObject().Select(operation => operation.Name).Order());
        Assert.All(operations.EnumerateObject(), operation =>
        {
            Assert.NotEmpty(operation.Value.String("summary")!);
            Assert.NotEmpty(operation.Value.String("operationId")!);
            Assert.NotEmpty(operation.Value.GetProperty("tags").EnumerateArray());
        });
    }

    [Fact]
    public async Task Document_NamesFieldsAsTheyAreOnTheWire()
    {
        var document = await app.GetJsonAsync("/openapi.json");

        var schemas = document.GetProperty("components").GetProperty("schemas");
        var body = schemas.GetProperty("CreateTaskBody").GetProperty("properties");
        Assert.True(body.TryGetProperty("agent_id", out _));
        Assert.True(body.TryGetProperty("allow_duplicates", out _));
        Assert.Equal("date-time", body.GetProperty("delay_until").String("format"));
        var dependency = body.GetProperty("depends_on").GetProperty("items").GetProperty("oneOf");
        Assert.Equal(["string", "object"], dependency.EnumerateArray().Select(kind => kind.String("type")));
        Assert.Equal(["queue", "steer", "interrupt", "reject"], schemas.GetProperty("MessageMode").GetProperty("enum").EnumerateArray().Select(mode => mode.GetString()));
        var list = document.GetProperty("paths").GetProperty("/api/tasks").GetProperty("get").GetProperty("parameters").EnumerateArray().ToList();
        Assert.Equal(
            ["agent_id", "chat_id", "cursor", "from", "limit", "model", "parent_id", "q", "run_id", "sort", "status", "to"],
            list.Select(parameter => parameter.String("name")!).Order());
        Assert.Equal("integer", list.Single(parameter => parameter.String("name") == "limit").GetProperty("schema").String("type"));
        Assert.Equal(JsonValueKind.Object, schemas.GetProperty("Problem").GetProperty("properties").GetProperty("code").ValueKind);
    }

    [Fact]
    public async Task Document_SaysHowFilesAreSent()
    {
        var document = await app.GetJsonAsync("/openapi.json");

        var upload = document.GetProperty("paths").GetProperty("/api/attachments").GetProperty("post");
        var form = upload.GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema");
        Assert.Equal("binary", form.GetProperty("properties").GetProperty("file").GetProperty("items").String("format"));
        Assert.Equal(["201", "400", "413", "415", "503"], upload.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order());
    }

    [Theory]
    [InlineData("/api/agents")]
    [InlineData("/api/requests")]
    [InlineData("/api/approval-rules")]
    [InlineData("/api/triggers")]
    [InlineData("/api/notifications")]
    [InlineData("/api/conversations")]
    [InlineData("/api/templates")]
    [InlineData("/api/imports")]
    [InlineData("/api/backups")]
    public async Task Document_SaysThatChangesOfWhatIsAPersons_AreRefusedToCommands(string noun)
    {
        var document = await app.GetJsonAsync("/openapi.json");

        var changes = document.GetProperty("paths").EnumerateObject().Where(path => path.Name == noun || path.Name.StartsWith(noun + "/", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject()).Where(operation => operation.Name != "get").ToList();
        Assert.NotEmpty(changes);
        Assert.All(changes, change => Assert.True(change.Value.GetProperty("responses").TryGetProperty("403", out _), change.Value.String("operationId")));
    }

    [Fact]
    public async Task Document_HoldsNoPages() =>
        Assert.All(
            (await app.GetJsonAsync("/openapi.json")).GetProperty("paths").EnumerateObject(),
            path => Assert.True(path.Name.StartsWith("/api/", StringComparison.Ordinal) || path.Name.StartsWith("/health/", StringComparison.Ordinal) || path.Name == "/metrics"));
}

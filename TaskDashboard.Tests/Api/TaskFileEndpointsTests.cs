using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

public sealed class TaskFileEndpointsTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("files-").FullName;
    private DashboardApplication app = null!;
    private string id = "";

    public async Task InitializeAsync()
    {
        File.WriteAllText(Path.Join(folder, "a.txt"), "one\n");
        File.WriteAllBytes(Path.Join(folder, "data.bin"), [0, 1, 2]);
        app = await DashboardApplication.StartAsync(model => model.Always((messages, observer, token) =>
            (messages.Any(message => message.Role == Microsoft.Extensions.AI.ChatRole.Tool) ? Says("Done.") : Calls(Call("write_file", ("path", "a.txt"), ("content", "<script>\n"))))(messages, observer, token)));
        using var agent = await app.Client.PostAsJsonAsync("/api/agents", new { name = "Writer", tools = new[] { "write_file" }, approval = new { mode = "allow_all" } });
        using var created = await app.Client.PostAsJsonAsync("/api/tasks", new { agent_id = (await agent.JsonAsync(HttpStatusCode.Created)).Id(), message = "Write", work_dir = folder });
        id = (await created.JsonAsync(HttpStatusCode.Created)).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Changes_AreListed_AndEachHasItsDiff()
    {
        var changes = await app.GetJsonAsync($"/api/tasks/{id}/changes");
        var diff = await app.GetJsonAsync($"/api/tasks/{id}/changes/diff?path=a.txt");

        Assert.Equal("""[{"path":"a.txt","kind":"modified","added":1,"removed":1,"binary":false,"too_large":false}]""", changes.GetProperty("items").GetRawText());
        Assert.Equal((1, 1, JsonValueKind.Null), (changes.GetProperty("added").GetInt32(), changes.GetProperty("removed").GetInt32(), changes.GetProperty("note").ValueKind));
        Assert.Equal("@@ -1,1 +1,1 @@\n-one\n+<script>", diff.String("diff"));
    }

    [Fact]
    public async Task Files_AreListed_AndATextIsSavedAndNeverShownAsAPage()
    {
        var files = await app.GetJsonAsync($"/api/tasks/{id}/files");
        Assert.Equal(["a.txt", "data.bin"], files.Items().Select(file => file.String("path")));

        using var content = await app.Client.GetAsync($"/api/tasks/{id}/files/content?path=a.txt");

        Assert.Equal("<script>\n", await content.Content.ReadAsStringAsync());
        Assert.Equal("attachment", content.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", content.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("text/plain", content.Content.Headers.ContentType!.MediaType);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{id}/files/content?path=a.txt") { Headers = { { "If-None-Match", content.Headers.ETag!.ToString() } } };
        using var unchanged = await app.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("files/content?path=../etc/passwd", HttpStatusCode.BadRequest, "validation")]
    [InlineData("files/content?path=/etc/passwd", HttpStatusCode.BadRequest, "validation")]
    [InlineData("files/content?path=data.bin", HttpStatusCode.BadRequest, "validation")]
    [InlineData("files/content?path=none.txt", HttpStatusCode.NotFound, "not_found")]
    [InlineData("files/content", HttpStatusCode.BadRequest, "validation")]
    [InlineData("changes/diff?path=data.bin", HttpStatusCode.NotFound, "not_found")]
    [InlineData("changes/diff?path=..%2Fx", HttpStatusCode.BadRequest, "validation")]
    public async Task PathThatIsNone_IsRefused(string path, HttpStatusCode status, string code)
    {
        using var response = await app.Client.GetAsync($"/api/tasks/{id}/{path}");

        await response.ProblemAsync(status, code);
    }

    [Theory]
    [InlineData("changes")]
    [InlineData("changes/diff?path=a")]
    [InlineData("files")]
    [InlineData("files/content?path=a")]
    public async Task TaskThatIsNone_IsNotFound(string path)
    {
        using var response = await app.Client.GetAsync($"/api/tasks/task_none/{path}");

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Task_TakesFurtherFoldersAndSwitches_AndShowsThem()
    {
        var task = await app.CreateAsync(more: new { add_dirs = new[] { folder }, enable_skills = true, enable_mcp = false });

        Assert.Equal((folder, true, false), (task.GetProperty("add_dirs")[0].GetString(), task.GetProperty("enable_skills").GetBoolean(), task.GetProperty("enable_mcp").GetBoolean()));
        Assert.False(task.TryGetProperty("worktree", out _));
    }

    [Fact]
    public async Task Pipe_InTheWorkFolder_IsRefused_AndHoldsNobodyUp()
    {
        if (!OperatingSystem.IsLinux()) return;
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Join(folder, "pipe"))) await made.WaitForExitAsync();

        using var response = await app.Client.GetAsync($"/api/tasks/{id}/files/content?path=pipe").WaitAsync(Engine.Bound);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Contains("no file but a pipe", problem.String("detail"), StringComparison.Ordinal);
    }
}

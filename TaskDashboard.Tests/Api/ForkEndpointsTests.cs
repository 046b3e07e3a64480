using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Archives;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>Reruns, forks and comparisons over REST.</summary>
public sealed class ForkEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(model => { ArchiveStory.Script.Play(model); });

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    [Fact]
    public async Task Rerun_IsAnsweredAsACreate_AndToldOnBothSides()
    {
        var origin = (await app.CreateAsync("Child of it")).Id();
        await app.WaitForAsync(origin, AgentTaskStatus.Completed);

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/tasks/{origin}/reruns") { Content = JsonContent.Create(new { model = "scripted/other" }) };
        request.Headers.Add("Idempotency-Key", "k");
        using var answer = await app.Client.SendAsync(request);
        var made = await answer.JsonAsync(HttpStatusCode.Created);
        var plain = await app.PostJsonAsync($"/api/tasks/{origin}/reruns", new { }, HttpStatusCode.Created);

        Assert.Equal(("scripted/other", "pending", $"/api/tasks/{made.Id()}"), (made.String("model"), made.String("status"), answer.Headers.Location!.ToString()));
        Assert.Equal($$"""{"kind":"rerun","task_id":"{{origin}}"}""", made.GetProperty("origin").GetRawText());
        Assert.Equal([made.Id(), plain.Id()], (await app.GetJsonAsync($"/api/tasks/{origin}/forks")).Items().Select(task => task.Id()));
        Assert.False((await app.GetJsonAsync($"/api/tasks/{origin}")).TryGetProperty("origin", out _));
        using var wrong = await app.Client.PostAsJsonAsync($"/api/tasks/{origin}/forks", new { });
        var errors = (await wrong.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").EnumerateObject().Select(field => field.Name);
        Assert.Equal(["message_id", "text"], errors.Order());
        using var missing = await app.Client.PostAsJsonAsync("/api/tasks/task_none/reruns", new { });
        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task ImportedTask_IsForkedIntoALiveOne_WithItsFiles_AndStaysAPicture()
    {
        var root = await ArchiveStory.TellAsync(app);
        var zip = await ZipPicture.ExportAsync(app.Client, root.Id);
        using (await app.Client.DeleteAsync($"/api/tasks/{root.Id}")) { }
        using var imported = await zip.ImportAsync(app.Client);
        var picture = (await imported.JsonAsync(HttpStatusCode.Created)).GetProperty("task").Id();
        var said = (await app.GetJsonAsync($"/api/tasks/{picture}/messages?limit=200")).Items();
        var again = said.Last(entry => entry.String("role") == "user").String("message_id");

        var fork = await app.PostJsonAsync($"/api/tasks/{picture}/forks", new { message_id = again, text = "And then?" }, HttpStatusCode.Created);
        var ended = await app.WaitForAsync(fork.Id(), AgentTaskStatus.Completed);

        Assert.Equal((picture, null, 1), (ended.Origin!.TaskId, ended.ImportedFrom, ended.RunCount));
        var copied = (await app.GetJsonAsync($"/api/tasks/{fork.Id()}/messages?limit=200")).Items();
        Assert.Equal(2, copied[0].GetProperty("attachments").GetArrayLength());
        var file = copied[0].GetProperty("attachments")[0].Id();
        Assert.Equal("the ferry leaves at nine", await app.Client.GetStringAsync($"/api/attachments/{file}"));
        Assert.Equal(zip.ContentHash, (await ZipPicture.ExportAsync(app.Client, picture)).ContentHash);
        var first = await ZipPicture.ExportAsync(app.Client, fork.Id());
        using var back = await first.ImportAsync(app.Client);
        var twice = (await back.JsonAsync(HttpStatusCode.Created)).GetProperty("task").Id();
        Assert.Equal(first.ContentHash, (await ZipPicture.ExportAsync(app.Client, twice)).ContentHash);
    }

    [Fact]
    public async Task Comparison_IsMade_Shown_PickedFrom_AndStopped()
    {
        var candidates = new object[] { new { agent_id = app.AgentId }, new { agent_id = app.AgentId, model = "scripted/other" } };
        var made = await app.PostJsonAsync("/api/comparisons", new { prompt = "Waiter", title = "Both", candidates }, HttpStatusCode.Created);
        var tasks = made.Items().ConvertAll(task => task.Id());
        foreach (var task in tasks) await app.WaitForAsync(task, AgentTaskStatus.Waiting);

        var shown = await app.GetJsonAsync($"/api/comparisons/{made.Id()}");
        Assert.Equal(tasks, shown.Items().Select(task => task.Id()));
        Assert.Equal((2, false), (shown.GetProperty("live_count").GetInt32(), shown.TryGetProperty("picked_task_id", out _)));
        var picked = await app.PostJsonAsync($"/api/comparisons/{made.Id()}/pick", new { task_id = tasks[0], stop_others = false }, HttpStatusCode.OK);
        Assert.Equal(tasks[0], picked.String("picked_task_id"));
        var stopped = await app.PostJsonAsync($"/api/comparisons/{made.Id()}/stop", new { }, HttpStatusCode.OK);
        Assert.Equal(2, stopped.GetProperty("cancelled_count").GetInt32());
        using var none = await app.Client.PostAsJsonAsync("/api/comparisons", new { prompt = "x", candidates = new[] { new { } } });
        await none.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using var missing = await app.Client.GetAsync("/api/comparisons/comparison_none");
        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}

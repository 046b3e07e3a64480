using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class TaskListEndpointTests : IAsyncLifetime
{
    private static readonly string[] Statuses = ["pending", "running", "waiting", "completed", "failed", "cancelled"];

    private readonly TaskCompletionSource gate = new();
    private DashboardApplication app = null!;
    private JsonElement done, child, running;

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync();
        done = await app.CreateAsync("Count the apples", new { title = "Apples" });
        await app.WaitForAsync(done.Id(), AgentTaskStatus.Completed);
        child = await app.CreateAsync("Count the pears", new { title = "Pears", parent_task_id = done.Id() });
        await app.WaitForAsync(child.Id(), AgentTaskStatus.Completed);
        app.Model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token));
        running = await app.CreateAsync("Count the plums", new { title = "Plums" });
        await app.WaitForAsync(running.Id(), AgentTaskStatus.Running);
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task List_WithoutAQuery_IsNewestFirstWithEveryCount()
    {
        var page = await app.GetJsonAsync("/api/tasks");

        Assert.Equal(["Plums", "Pears", "Apples"], Titles(page));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
        Assert.Equal([0, 1, 0, 2, 0, 0], Statuses.Select(status => page.GetProperty("counts").GetProperty(status).GetInt32()));
    }

    [Fact]
    public async Task List_ByEachFilter_HoldsWhatMatches()
    {
        var run = (await app.GetJsonAsync($"/api/tasks/{child.Id()}")).String("run_id");
        var chat = done.String("chat_id");
        var secondCreated = Uri.EscapeDataString(child.String("created_at")!);

        Assert.Equal(["Plums"], Titles(await app.GetJsonAsync("/api/tasks?status=running,waiting")));
        Assert.Equal(["Pears", "Apples"], Titles(await app.GetJsonAsync("/api/tasks?status=completed")));
        Assert.Equal(["Apples"], Titles(await app.GetJsonAsync($"/api/tasks?chat_id={chat}")));
        Assert.Equal(["Pears"], Titles(await app.GetJsonAsync($"/api/tasks?run_id={run}")));
        Assert.Equal(["Pears"], Titles(await app.GetJsonAsync($"/api/tasks?parent_id={done.Id()}")));
        Assert.Equal(3, Titles(await app.GetJsonAsync($"/api/tasks?agent_id={app.AgentId}")).Count);
        Assert.Empty(Titles(await app.GetJsonAsync("/api/tasks?agent_id=agent_none")));
        Assert.Equal(3, Titles(await app.GetJsonAsync("/api/tasks?model=scripted/model")).Count);
        Assert.Empty(Titles(await app.GetJsonAsync("/api/tasks?model=other/model")));
        Assert.Equal(["Pears"], Titles(await app.GetJsonAsync("/api/tasks?q=pear")));
        Assert.Equal(["Plums", "Pears"], Titles(await app.GetJsonAsync($"/api/tasks?from={secondCreated}")));
        Assert.Equal(["Apples"], Titles(await app.GetJsonAsync($"/api/tasks?to={secondCreated}")));
        Assert.Empty(Titles(await app.GetJsonAsync("/api/tasks?to=2020-01-01")));
    }

    [Theory]
    [InlineData("title", new[] { "Apples", "Pears", "Plums" })]
    [InlineData("-title", new[] { "Plums", "Pears", "Apples" })]
    [InlineData("created_at", new[] { "Apples", "Pears", "Plums" })]
    [InlineData("-created_at", new[] { "Plums", "Pears", "Apples" })]
    [InlineData("attention", new[] { "Plums", "Pears", "Apples" })]
    [InlineData("started_at", new[] { "Apples", "Pears", "Plums" })]
    public async Task List_Sorted_ComesInThatOrder_AlsoPageByPage(string sort, string[] expected)
    {
        Assert.Equal(expected, Titles(await app.GetJsonAsync($"/api/tasks?sort={sort}")));

        var titles = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.GetJsonAsync($"/api/tasks?sort={sort}&limit=1" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));
            titles.AddRange(Titles(page));
            cursor = page.String("next_cursor");
        }
        while (cursor is not null && titles.Count < 10);
        Assert.Equal(expected, titles);
    }

    private static List<string> Titles(JsonElement page) => [.. page.Items().Select(task => task.String("title")!)];
}

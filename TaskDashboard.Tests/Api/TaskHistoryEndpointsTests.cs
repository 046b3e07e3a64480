using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class TaskHistoryEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;
    private string id = "";

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(model => model
            .Then(ScriptedModelProvider.Text("Let me see. "), ScriptedModelProvider.Call("call1", "calculate", ("expression", "6*7")), ScriptedModelProvider.Usage(5, 5)));
        id = (await app.CreateAsync("What is six times seven?")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("messages")]
    [InlineData("events")]
    public async Task History_PageByPage_IsTheSameAsAtOnce(string what)
    {
        var whole = await app.GetJsonAsync($"/api/tasks/{id}/{what}?limit=200");
        Assert.True(whole.Items().Count >= 4);
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("next_cursor").ValueKind);

        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.GetJsonAsync($"/api/tasks/{id}/{what}?limit=2" + (cursor is null ? "" : $"&cursor={cursor}"));
            Assert.InRange(page.Items().Count, 1, 2);
            paged.AddRange(page.Items().Select(item => item.GetRawText()));
            cursor = page.String("next_cursor");
        }
        while (cursor is not null);
        Assert.Equal(whole.Items().Select(item => item.GetRawText()), paged);
    }

    [Fact]
    public async Task After_IsTheCursorByTheNameThatStreamsHaveForIt()
    {
        var behind = (await app.GetJsonAsync($"/api/tasks/{id}/events?after=3")).Items();

        Assert.Equal(4, behind[0].GetProperty("seq").GetInt32());
        Assert.Equal((await app.GetJsonAsync($"/api/tasks/{id}/events?cursor=3")).Items().Select(item => item.GetRawText()), behind.Select(item => item.GetRawText()));
    }

    [Fact]
    public async Task Events_AreTheSameJsonAsInTheStream()
    {
        var listed = (await app.GetJsonAsync($"/api/tasks/{id}/events?limit=200")).Items().Select(item => item.GetRawText());

        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        var streamed = (await stream.ReadToEndAsync()).Where(item => item.IsDurable).Select(item => item.Data.GetRawText());

        Assert.Equal(streamed, listed);
    }

    [Fact]
    public async Task Messages_AreTheTranscript_WithToolCallAndResult()
    {
        var messages = (await app.GetJsonAsync($"/api/tasks/{id}/messages")).Items();

        Assert.Equal(["user", "assistant", "tool_use", "tool_result", "assistant"], messages.Select(message => message.String("role")));
        Assert.Equal("6*7 = 42", messages[3].String("text"));
        Assert.Equal("success", messages[3].String("tool_status"));
    }

    [Fact]
    public async Task Runs_AreListedWithoutSteps_AndOneIsShownWithThem()
    {
        var run = Assert.Single((await app.GetJsonAsync($"/api/tasks/{id}/runs")).Items());
        Assert.False(run.TryGetProperty("steps", out _));

        var whole = await app.GetJsonAsync($"/api/runs/{run.String("run_id")}");

        Assert.Equal(id, whole.String("task_id"));
        Assert.Equal("completed", whole.String("outcome"));
        Assert.Equal(["model", "tool", "model"], whole.GetProperty("steps").EnumerateArray().Select(step => step.String("kind")));
    }

    [Fact]
    public async Task Tree_HoldsTheTaskAndEverythingBelowIt_ParentsFirst()
    {
        var child = (await app.CreateAsync("Child", new { parent_task_id = id })).Id();
        var grandchild = (await app.CreateAsync("Grandchild", new { parent_task_id = child })).Id();

        var whole = await app.GetJsonAsync($"/api/tasks/{id}/tree");
        var first = await app.GetJsonAsync($"/api/tasks/{id}/tree?limit=2");
        var second = await app.GetJsonAsync($"/api/tasks/{id}/tree?limit=2&cursor={first.String("next_cursor")}");

        Assert.Equal([id, child, grandchild], whole.Items().Select(task => task.Id()));
        Assert.Equal([id, child, grandchild], first.Items().Concat(second.Items()).Select(task => task.Id()));
        Assert.Null(second.String("next_cursor"));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=-1", "cursor")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("after=x", "after")]
    [InlineData("after=1&cursor=1", "after")]
    public async Task History_WithABadQuery_IsRefusedWithItsField(string query, string field)
    {
        foreach (var what in new[] { "messages", "events", "runs", "tree" })
        {
            using var response = await app.Client.GetAsync($"/api/tasks/{id}/{what}?{query}");
            var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
        }
    }

    [Fact]
    public async Task Requests_WithNoneOpen_IsAnEmptyPage() => Assert.Empty((await app.GetJsonAsync("/api/requests")).Items());
}

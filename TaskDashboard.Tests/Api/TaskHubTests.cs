using System.Net.WebSockets;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class TaskHubTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly DashboardApplication app = shared.App;

    [Fact]
    public async Task StreamTask_GivesTheFramesOfTheEventStream()
    {
        var id = (await app.CreateAsync("Say \"it\"\n")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        var expected = (await stream.ReadToEndAsync()).Select(item => (item.Name, item.Id, Data: item.Data.GetRawText()));

        await using var hub = await HubConnection.OpenAsync(app.Address);
        var frames = new List<(string, long?, string)>();
        await foreach (var item in hub.StreamAsync("StreamTask", id, 0))
        {
            Assert.Equal(["event", "id", "data"], item.EnumerateObject().Select(property => property.Name));
            var cursor = item.GetProperty("id");
            frames.Add((item.String("event")!, cursor.ValueKind == System.Text.Json.JsonValueKind.Null ? null : cursor.GetInt64(), item.GetProperty("data").GetRawText()));
        }

        Assert.Equal(expected, frames);
    }

    [Fact]
    public async Task StreamTask_AfterACursor_BeginsBehindIt()
    {
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await using var hub = await HubConnection.OpenAsync(app.Address);
        var cursors = new List<long>();
        await foreach (var item in hub.StreamAsync("StreamTask", id, 3))
            if (item.GetProperty("id").ValueKind == System.Text.Json.JsonValueKind.Number) cursors.Add(item.GetProperty("id").GetInt64());

        Assert.Equal(4, cursors[0]);
    }

    [Theory]
    [InlineData("task_none", 0, "not_found")]
    [InlineData("task_none", -1, "validation")]
    public async Task StreamTask_ThatCannotBe_SaysWhy(string id, int after, string code)
    {
        await using var hub = await HubConnection.OpenAsync(app.Address);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in hub.StreamAsync("StreamTask", id, after)) Assert.Fail($"{item}");
        });

        Assert.Contains(code, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamChanges_TellsOfANewTask()
    {
        await using var hub = await HubConnection.OpenAsync(app.Address);
        string? id = null;
        await foreach (var item in hub.StreamAsync("StreamChanges"))
        {
            // The snapshot tells that the hub listens.
            if (item.String("event") == "snapshot") id = (await app.CreateAsync()).Id();
            else if (item.String("event") == "status" && item.GetProperty("data").String("task_id") == id) break;
        }

        Assert.NotNull(id);
    }

    [Fact]
    public async Task Connection_OfAnotherSitesPage_IsRefused() =>
        await Assert.ThrowsAsync<WebSocketException>(() => HubConnection.OpenAsync(app.Address, "http://evil.example"));

    [Fact]
    public async Task Connection_OfAnOwnPage_IsTaken()
    {
        await using var hub = await HubConnection.OpenAsync(app.Address, app.Address.GetLeftPart(UriPartial.Authority));
    }
}

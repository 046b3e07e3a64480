using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class ChatEndpointsTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly DashboardApplication app = shared.App;

    [Fact]
    public async Task AChat_IsListedShownRenamedPutAwayAndDeleted()
    {
        var (chatId, primary, further) = await MakeAsync();

        var listed = (await app.GetJsonAsync("/api/chats")).Items().Single(chat => chat.Id() == chatId);
        Assert.Equal(
            ["id", "title", "user_id", "created_at", "updated_at", "archived_at", "task_count", "running_count", "unread_count", "primary_task_id"],
            listed.EnumerateObject().Select(property => property.Name));
        Assert.Equal((2, 0, 2, primary, "user_local"), (
            listed.GetProperty("task_count").GetInt32(), listed.GetProperty("running_count").GetInt32(), listed.GetProperty("unread_count").GetInt32(),
            listed.String("primary_task_id"), listed.String("user_id")));

        using (app.Services.GetRequiredService<ChatViewers>().Join(chatId, new Caller("user_ann", "Ann", PersonRole.Member)))
        using (app.Services.GetRequiredService<ChatViewers>().Join(chatId, new Caller("user_ann", "Ann", PersonRole.Member)))
        {
            var viewer = Assert.Single((await app.GetJsonAsync($"/api/chats/{chatId}")).GetProperty("viewers").EnumerateArray());
            Assert.Equal(("user_ann", "Ann"), (viewer.String("user_id"), viewer.String("name")));
        }

        Assert.Empty((await app.GetJsonAsync($"/api/chats/{chatId}")).GetProperty("viewers").EnumerateArray());
        Assert.Equal("Renamed", (await app.PatchJsonAsync($"/api/chats/{chatId}", new { title = "Renamed" })).String("title"));
        Assert.NotNull((await app.PatchJsonAsync($"/api/chats/{chatId}", new { archived = true })).String("archived_at"));
        Assert.Contains((await app.GetJsonAsync("/api/chats?archived=true&q=renam")).Items(), chat => chat.Id() == chatId);
        Assert.DoesNotContain((await app.GetJsonAsync("/api/chats")).Items(), chat => chat.Id() == chatId);

        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/api/chats/{chatId}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Null(await app.Reader.FindAsync(further));
        using var gone = await app.Client.GetAsync($"/api/chats/{chatId}");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Messages_OfAllTasks_ComeInOrder_AndNameTheirTaskButForThePrimarys()
    {
        var (chatId, _, further) = await MakeAsync();

        var whole = (await app.GetJsonAsync($"/api/chats/{chatId}/messages")).Items();
        Assert.Equal(4, whole.Count);
        Assert.Equal([null, null, further, further], whole.Select(line => line.TryGetProperty("task_id", out var task) ? task.GetString() : null));
        var ids = whole.ConvertAll(line => line.GetProperty("id").GetInt64());
        Assert.Equal(ids.Order(), ids);

        var first = await app.GetJsonAsync($"/api/chats/{chatId}/messages?limit=3");
        var second = await app.GetJsonAsync($"/api/chats/{chatId}/messages?limit=3&cursor={first.String("next_cursor")}");
        Assert.Equal(whole.Select(line => line.GetRawText()), first.Items().Concat(second.Items()).Select(line => line.GetRawText()));
    }

    [Fact]
    public async Task Stream_HasStoreWideIds_GoesOnBehindACursor_AndEndsWithTheChat()
    {
        var (chatId, primary, further) = await MakeAsync();
        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/chats/{chatId}/stream");
        var events = await stream.ReadUntilAsync(item => item.Name == "status" && item.Data.String("task_id") == further && item.Data.GetProperty("data").String("status") == "completed");

        Assert.Equal("snapshot", events[0].Name);
        Assert.Equal(chatId, events[0].Data.GetProperty("chat").Id());
        Assert.Equal([primary, further], events[0].Data.GetProperty("tasks").EnumerateArray().Select(task => task.Id()));
        Assert.Equal(events[^1].Id, events[0].Data.GetProperty("last_id").GetInt64());
        Assert.All(events.Where(item => item.IsDurable), item => Assert.Equal(item.Id, item.Data.GetProperty("id").GetInt64()));
        Assert.All(events.Where(item => item.IsDurable), item => Assert.Equal(item.Data.String("task_id") == further, item.Data.GetProperty("data").TryGetProperty("task_id", out _)));

        await using var resumed = await ServerSentEventReader.OpenAsync(app.Client, $"/api/chats/{chatId}/stream", lastEventId: $"{events[4].Id}");
        var rest = await resumed.ReadUntilAsync(item => item.Id == events[^1].Id);
        Assert.Equal(events.Skip(5).Select(item => item.Data.GetRawText()), rest.Skip(1).Select(item => item.Data.GetRawText()));

        await using var last = await ServerSentEventReader.OpenAsync(app.Client, $"/api/chats/{chatId}/stream?after={events[^1].Id}");
        var reading = last.ReadToEndAsync();
        using var deleted = await app.SendAsync(HttpMethod.Delete, $"/api/chats/{chatId}");
        var end = (await reading)[^1];
        Assert.Equal(("deleted", null, chatId), (end.Name, end.Id, end.Data.String("chat_id")));
    }

    [Fact]
    public async Task Read_LowersWhatIsUnread()
    {
        var (chatId, _, _) = await MakeAsync();
        var last = (await app.GetJsonAsync($"/api/chats/{chatId}/messages")).Items()[^1].GetProperty("id").GetInt64();

        using var read = await app.SendAsync(HttpMethod.Post, $"/api/chats/{chatId}/read", $$"""{"last_id":{{last}}}""");

        Assert.Equal(HttpStatusCode.NoContent, read.StatusCode);
        Assert.Equal(0, (await app.GetJsonAsync($"/api/chats/{chatId}")).GetProperty("unread_count").GetInt32());
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("PATCH", "", """{"title":"x"}""")]
    [InlineData("DELETE", "", null)]
    [InlineData("GET", "/messages", null)]
    [InlineData("GET", "/stream", null)]
    [InlineData("POST", "/read", """{"last_id":1}""")]
    [InlineData("POST", "/cancel", null)]
    public async Task AnUnknownChat_IsNotFound_Everywhere(string method, string path, string? body)
    {
        using var response = await app.SendAsync(new HttpMethod(method), $"/api/chats/chat_nowhere{path}", body);
        var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Contains("chat_nowhere", problem.String("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATaskForAnUnknownChat_IsNotFound_AndNothingIsStored()
    {
        var before = app.Reader.Counts.Total;
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", $$"""{"agent_id":"{{app.AgentId}}","message":"x","chat_id":"chat_nowhere"}""");
        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(before, app.Reader.Counts.Total);
    }

    [Theory]
    [InlineData("GET", "/api/chats?limit=0", null, "limit")]
    [InlineData("GET", "/api/chats?cursor=x", null, "cursor")]
    [InlineData("GET", "/api/chats?archived=maybe", null, "archived")]
    [InlineData("GET", "/api/chats/{id}/messages?cursor=x", null, "cursor")]
    [InlineData("GET", "/api/chats/{id}/stream?after=x", null, "after")]
    [InlineData("POST", "/api/chats/{id}/read", "{}", "last_id")]
    [InlineData("POST", "/api/chats/{id}/read", """{"last_id":999999999}""", "last_id")]
    [InlineData("PATCH", "/api/chats/{id}", """{"title":" "}""", "title")]
    public async Task WhatCannotBe_IsRefusedWithItsField(string method, string path, string? body, string field)
    {
        var (chatId, _, _) = await MakeAsync();
        using var response = await app.SendAsync(new HttpMethod(method), path.Replace("{id}", chatId, StringComparison.Ordinal), body);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task Hub_StreamChat_GivesTheFramesOfTheEventStream()
    {
        var (chatId, primary, further) = await MakeAsync();
        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/chats/{chatId}/stream");
        var count = 1 + (int)(await app.Reader.FindAsync(primary))!.LastSeq + (int)(await app.Reader.FindAsync(further))!.LastSeq;
        var expected = new List<(string, long?, string)>();
        await foreach (var item in stream.ReadAsync())
        {
            expected.Add((item.Name, item.Id, item.Data.GetRawText()));
            if (expected.Count == count) break;
        }

        await using var hub = await HubConnection.OpenAsync(app.Address);
        var frames = new List<(string, long?, string)>();
        await foreach (var item in hub.StreamAsync("StreamChat", chatId, 0))
        {
            var cursor = item.GetProperty("id");
            frames.Add((item.String("event")!, cursor.ValueKind == JsonValueKind.Null ? null : cursor.GetInt64(), item.GetProperty("data").GetRawText()));
            if (frames.Count == count) break;
        }

        Assert.Equal(expected, frames);
    }

    private async Task<(string ChatId, string Primary, string Further)> MakeAsync()
    {
        var primary = await app.CreateAsync($"Say {Guid.NewGuid():N}");
        await app.WaitForAsync(primary.Id(), AgentTaskStatus.Completed);
        var further = await app.CreateAsync($"Say more {Guid.NewGuid():N}", new { chat_id = primary.String("chat_id") });
        await app.WaitForAsync(further.Id(), AgentTaskStatus.Completed);
        return (primary.String("chat_id")!, primary.Id(), further.Id());
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>What somebody was let in by is taken away while something of theirs is open, or works on.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task RevokedKey_EndsTheStreamThatItOpened()
    {
        await using var town = await Town.StartAsync();
        await EndsTheStreamAsync(town, null, async key => (await town.Bea.DeleteAsync($"/api/keys/{key}")).EnsureSuccessStatusCode().Dispose());
    }

    [Fact]
    public async Task ExpiredKey_EndsTheStreamThatItOpened()
    {
        var time = new ManualTimeProvider();
        await using var town = await Town.StartAsync(time: time);
        await EndsTheStreamAsync(town, 1, _ =>
        {
            time.Advance(TimeSpan.FromHours(25));
            return Task.CompletedTask;
        });
    }

    private static async Task EndsTheStreamAsync(Town town, int? days, Func<string, Task> takeAwayAsync)
    {
        var (taskId, chatId) = await MakeAsync(town);
        using var made = await town.Bea.PostAsJsonAsync("/api/keys", new { name = "Laptop", scope = "read", expires_in_days = days });
        var key = await made.JsonAsync(HttpStatusCode.Created);
        using var client = town.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.String("key"));
        using var stream = await client.GetAsync($"/api/chats/{chatId}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.Equal("event: snapshot", await reader.ReadLineAsync());

        await takeAwayAsync(key.Id());
        using (var further = await town.Bea.PostAsJsonAsync($"/api/tasks/{taskId}/message", new { message = "Secret" })) Assert.Equal(HttpStatusCode.Accepted, further.StatusCode);

        using var bounded = new CancellationTokenSource(DashboardApplication.Bound);
        Assert.DoesNotContain("Secret", await reader.ReadToEndAsync(bounded.Token), StringComparison.Ordinal);
    }

    private static async Task<(string TaskId, string ChatId)> MakeAsync(Town town)
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "First" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        return (task.Id(), task.String("chat_id")!);
    }
}

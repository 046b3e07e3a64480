using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

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

    [Fact]
    public async Task TriggerOnASharedTask_SaysNothingThereOnceTheShareIsTakenBack()
    {
        await using var town = await Town.StartAsync();
        var (taskId, chatId) = await MakeAsync(town);
        var share = $"/api/chats/{chatId}/shares/{town.Find("carl").UserId}";
        (await town.Bea.PutAsJsonAsync(share, new { can_write = true })).EnsureSuccessStatusCode().Dispose();
        using var made = await town.Carl.PostAsJsonAsync("/api/triggers", new { kind = "webhook", task_id = taskId, message = "Carl's" });
        var trigger = await made.JsonAsync(HttpStatusCode.Created);
        var address = trigger.String("webhook_path")!;
        Assert.Equal("started", await CallAsync("1"));
        await town.Program.WaitForAsync(taskId, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);

        (await town.Bea.DeleteAsync(share)).EnsureSuccessStatusCode().Dispose();
        Assert.Equal("skipped", await CallAsync("2"));
        using var run = await town.Carl.PostAsync($"/api/triggers/{trigger.Id()}/run", null);
        await run.ProblemAsync(HttpStatusCode.Conflict, "firing_skipped");

        using var messages = await town.Bea.GetAsync($"/api/tasks/{taskId}/messages");
        Assert.Equal(1, (await messages.JsonAsync()).Items().Count(message => message.String("text")!.StartsWith("Carl's", StringComparison.Ordinal)));

        async Task<string?> CallAsync(string number)
        {
            using var call = await town.Stranger.PostAsync(address, new StringContent(number, Encoding.UTF8, "application/json"));
            return (await call.JsonAsync(call.StatusCode)).String("outcome");
        }
    }

    [Fact]
    public async Task DecisionForATask_HoldsForIt_WhoeverWasLetInToDecide()
    {
        await using var town = await Town.StartAsync(new AgentScript()
            .For("Work", Calls(Call("run_command", ("command", "echo plum"))), Calls(Call("run_command", ("command", "echo plum"))), Says("Done.")).Play);
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Work" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        var waiting = await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Waiting);
        (await town.Bea.PutAsJsonAsync($"/api/chats/{task.String("chat_id")}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();

        using var answered = await town.Carl.PostAsJsonAsync($"/api/requests/{waiting.OpenRequests[0].RequestId}/answer", new { answer = "allow", scope = "task" });
        await answered.JsonAsync();

        var first = waiting.OpenRequests[0].RequestId;
        var settled = await town.Program.WaitForAsync(task.Id(), row => row.Status == AgentTaskStatus.Completed || row.OpenRequests.Any(request => request.RequestId != first));
        Assert.Equal(AgentTaskStatus.Completed, settled.Status);
        using var rules = await town.Bea.GetAsync("/api/approval-rules");
        Assert.Single((await rules.JsonAsync()).Items());
    }

    [Fact]
    public async Task TriggersOfSomebodyWhoMayNoLongerComeIn_StartNothing_UntilTheyMay()
    {
        await using var town = await Town.StartAsync();
        using var made = await town.Carl.PostAsJsonAsync("/api/triggers", new { kind = "webhook", agent_id = town.Program.AgentId, message = "Carl's" });
        var trigger = await made.JsonAsync(HttpStatusCode.Created);
        var carl = $"/api/people/{town.Find("carl").UserId}";

        foreach (var (change, outcome) in new (object, string)[] { (new { disabled = true }, "skipped"), (new { disabled = false }, "started"), (new { role = "viewer" }, "skipped") })
        {
            using (var changed = await town.Ada.PatchAsJsonAsync(carl, change)) await changed.JsonAsync();
            using var call = await town.Stranger.PostAsJsonAsync(trigger.String("webhook_path"), change);
            Assert.Equal(outcome, (await call.JsonAsync(call.StatusCode)).String("outcome"));
            if (outcome == "started") await town.Program.WaitForAsync((await call.JsonAsync(call.StatusCode)).String("task_id")!, AgentTaskStatus.Completed);
        }
    }

    [Fact]
    public async Task WhoTakesPartInAChat_DeletesNothingOfIt()
    {
        await using var town = await Town.StartAsync();
        var (taskId, chatId) = await MakeAsync(town);
        (await town.Bea.PutAsJsonAsync($"/api/chats/{chatId}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();

        using var refused = await town.Carl.DeleteAsync($"/api/tasks/{taskId}");
        await refused.ProblemAsync(HttpStatusCode.Forbidden, "read_only");
        using var kept = await town.Bea.GetAsync($"/api/chats/{chatId}");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        using var deleted = await town.Bea.DeleteAsync($"/api/tasks/{taskId}");
        Assert.True(deleted.IsSuccessStatusCode);
    }

    [Fact]
    public async Task TaskInTheFolderOfASharedOne_ReachesItNoMore_OnceTheShareIsTakenBack()
    {
        await using var town = await Town.StartAsync();
        var (taskId, chatId) = await MakeAsync(town);
        var folder = (await town.Program.WaitForAsync(taskId, AgentTaskStatus.Completed)).WorkDir;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Join(folder, "plum.txt"), "plum");
        var share = $"/api/chats/{chatId}/shares/{town.Find("carl").UserId}";
        (await town.Bea.PutAsJsonAsync(share, new { can_write = true })).EnsureSuccessStatusCode().Dispose();
        using var made = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine", work_dir = folder });
        var own = (await made.JsonAsync(HttpStatusCode.Created)).Id();
        await town.Program.WaitForAsync(own, AgentTaskStatus.Completed);
        Assert.Contains("plum.txt", await town.Carl.GetStringAsync($"/api/tasks/{own}/files"), StringComparison.Ordinal);

        (await town.Bea.DeleteAsync(share)).EnsureSuccessStatusCode().Dispose();
        foreach (var path in new[] { "files", "files/content?path=plum.txt", "changes" })
        {
            using var read = await town.Carl.GetAsync($"/api/tasks/{own}/{path}");
            await read.ProblemAsync(HttpStatusCode.Conflict, "work_dir_closed");
        }

        using var further = await town.Carl.PostAsJsonAsync($"/api/tasks/{own}/message", new { message = "Read plum.txt" });
        await further.ProblemAsync(HttpStatusCode.Conflict, "work_dir_closed");
        Assert.Contains("plum.txt", await town.Bea.GetStringAsync($"/api/tasks/{taskId}/files"), StringComparison.Ordinal);
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
        Assert.Equal("event: snapshot", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound));

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

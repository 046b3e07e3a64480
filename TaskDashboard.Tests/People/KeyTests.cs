using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>Keys reach as far as they say, and no longer than they are good; so do shares.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync(model => model.Always(AgentScript.Says("Done.")));

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task ReadKey_LooksAndChangesNothing_AndMakesItselfNoBetterOne()
    {
        var reading = await town.ClientOfAsync("bea", ApiScope.Read);
        using var list = await reading.GetAsync("/api/tasks");
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using var task = await reading.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine" });
        await task.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed");
        using var key = await reading.PostAsJsonAsync("/api/keys", new { name = "Better", scope = "admin" });
        await key.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed");
    }

    [Fact]
    public async Task RunKeyOfAnOwner_GivesTasks_AndSetsNothingUp()
    {
        var running = await town.ClientOfAsync("ada", ApiScope.Run);
        using var task = await running.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine" });
        Assert.Equal(HttpStatusCode.Created, task.StatusCode);
        using var agent = await running.PostAsJsonAsync("/api/agents", new { name = "New" });
        await agent.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed");
    }

    [Fact]
    public async Task Key_IsShownOnce_KeptAsItsDigest_AndRefusedOnceRevoked()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/keys", new { name = "Laptop", scope = "run", expires_in_days = 30 });
        var key = await made.JsonAsync(HttpStatusCode.Created);
        var secret = key.String("key")!;
        Assert.StartsWith("td_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await town.Bea.GetStringAsync("/api/keys"), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await File.ReadAllTextAsync(Path.Combine(town.Program.DataDirectory, "owner.txt")), StringComparison.Ordinal);
        Assert.DoesNotContain(town.Program.Logs.Lines, line => line.ToString().Contains(secret, StringComparison.Ordinal));
        using var client = town.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using (var good = await client.GetAsync("/api/people/me")) Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        using var revoked = await town.Bea.DeleteAsync($"/api/keys/{key.Id()}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var refused = await client.GetAsync("/api/people/me");
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task ShareThatIsTakenBack_EndsTheStreamThatItOpened_AndFurtherWordsDoNotReachIt()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "First" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        var (taskId, chatId, carl) = (task.Id(), task.String("chat_id")!, town.Find("carl").UserId);
        await town.Program.WaitForAsync(taskId, AgentTaskStatus.Completed);
        using (var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{chatId}/shares/{carl}", new { can_write = false })) await shared.JsonAsync();
        using (var write = await town.Carl.PostAsJsonAsync($"/api/tasks/{taskId}/message", new { message = "Mine" })) await write.ProblemAsync(HttpStatusCode.Forbidden, "read_only");

        using var stream = await town.Carl.GetAsync($"/api/chats/{chatId}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await ReadUntilAsync(reader, line => line.Contains("First", StringComparison.Ordinal));
        using (var unshared = await town.Bea.DeleteAsync($"/api/chats/{chatId}/shares/{carl}")) Assert.Equal(HttpStatusCode.NoContent, unshared.StatusCode);
        using (var further = await town.Bea.PostAsJsonAsync($"/api/tasks/{taskId}/message", new { message = "Secret" })) Assert.Equal(HttpStatusCode.Accepted, further.StatusCode);

        var rest = await reader.ReadToEndAsync().WaitAsync(DashboardApplication.Bound);
        Assert.DoesNotContain("Secret", rest, StringComparison.Ordinal);
        using var gone = await town.Carl.GetAsync($"/api/tasks/{taskId}");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    /// <summary>Nothing further happens in it: no frame makes anybody look again.</summary>
    [Theory]
    [InlineData("tasks")]
    [InlineData("chats")]
    public async Task KeyThatIsRevoked_EndsTheStreamThatItOpened_AlsoASilentOne(string what)
    {
        var waiting = new TaskCompletionSource();
        await using var quiet = await Town.StartAsync(model => model.Always(AgentScript.SaysAfter(waiting.Task, "Done.")));
        using var made = await quiet.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = quiet.Program.AgentId, message = "First" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        await quiet.Program.WaitForAsync(task.Id(), AgentTaskStatus.Running);
        using var key = await quiet.Bea.PostAsJsonAsync("/api/keys", new { name = "Laptop", scope = "read" });
        var laptop = await key.JsonAsync(HttpStatusCode.Created);
        using var client = quiet.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", laptop.String("key"));
        using var stream = await client.GetAsync($"/api/{what}/{(what == "tasks" ? task.Id() : task.String("chat_id"))}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await ReadUntilAsync(reader, line => line.Contains("First", StringComparison.Ordinal));

        using (var revoked = await quiet.Bea.DeleteAsync($"/api/keys/{laptop.Id()}")) Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        var rest = await reader.ReadToEndAsync().WaitAsync(DashboardApplication.Bound);
        Assert.DoesNotContain("Done.", rest, StringComparison.Ordinal);
        waiting.SetResult();
    }

    [Fact]
    public async Task KeyThatExpires_EndsTheStreamThatItOpened_AlsoASilentOne()
    {
        var (time, waiting) = (new ManualTimeProvider(), new TaskCompletionSource());
        await using var quiet = await Town.StartAsync(model => model.Always(AgentScript.SaysAfter(waiting.Task, "Done.")), time);
        using var made = await quiet.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = quiet.Program.AgentId, message = "First" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        var bea = quiet.Find("bea").UserId;
        await quiet.Keys.CreateAsync(bea, "Long", ApiScope.Read, TimeSpan.FromDays(30));
        var (_, secret) = await quiet.Keys.CreateAsync(bea, "Short", ApiScope.Read, TimeSpan.FromMinutes(1));
        using var client = quiet.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var stream = await client.GetAsync($"/api/tasks/{task.Id()}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await ReadUntilAsync(reader, line => line.Contains("First", StringComparison.Ordinal));

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.DoesNotContain("Done.", await reader.ReadToEndAsync().WaitAsync(DashboardApplication.Bound), StringComparison.Ordinal);
        waiting.SetResult();
    }

    [Fact]
    public async Task KeyForLess_IsToldOfItsScope_NotSentToSomebodyElse()
    {
        var (reading, running) = (await town.ClientOfAsync("bea", ApiScope.Read), await town.ClientOfAsync("ada", ApiScope.Run));

        using var task = await reading.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine" });
        using var own = await running.PostAsJsonAsync("/api/agents", new { name = "New" });
        using var member = await reading.PostAsJsonAsync("/api/agents", new { name = "New" });

        var (fromReading, fromRunning, fromMember) = (await task.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed"), await own.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed"), await member.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed"));
        Assert.Equal("run", fromReading.String("needed_scope"));
        Assert.StartsWith("This takes a key with the scope run, and this one has read.", fromReading.String("detail"), StringComparison.Ordinal);
        Assert.Equal("admin", fromRunning.String("needed_scope"));
        Assert.StartsWith("This takes a key with the scope admin, and this one has run.", fromRunning.String("detail"), StringComparison.Ordinal);
        Assert.False(fromMember.TryGetProperty("needed_scope", out _));
        Assert.StartsWith("Only owners may do this.", fromMember.String("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharedChat_LetsSomebodyTakePart_WhereTheyMayWrite()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "First" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        using (var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{task.String("chat_id")}/shares/{town.Find("carl").UserId}", new { can_write = true })) await shared.JsonAsync();

        using var written = await town.Carl.PostAsJsonAsync($"/api/tasks/{task.Id()}/message", new { message = "And mine" });
        Assert.Equal(HttpStatusCode.Accepted, written.StatusCode);
        using var listed = await town.Carl.GetAsync("/api/tasks");
        Assert.Equal(task.Id(), Assert.Single((await listed.JsonAsync()).Items()).Id());
        using var removed = await town.Carl.DeleteAsync($"/api/chats/{task.String("chat_id")}");
        await removed.ProblemAsync(HttpStatusCode.Forbidden, "read_only");
    }

    private static async Task ReadUntilAsync(StreamReader reader, Func<string, bool> wanted)
    {
        while (await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound) is { } line)
        {
            if (wanted(line)) return;
        }

        throw new InvalidOperationException("The stream ended too early.");
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.People;

/// <summary>Nobody reads, watches, finds, answers, changes or guesses what is not theirs: every endpoint is tried by somebody whom it is not for.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    /// <summary>In everything of Bea's that has words, and in nothing else.</summary>
    private const string Marker = "plum";

    private readonly Dictionary<string, string> things = [];
    private Town town = null!;

    private static AgentScript Script => new AgentScript()
        .For("Ask", Calls(Call("ask_user", ("question", $"Which {Marker}?"), ("options", new[] { "a", "b" }))), Says("Done."))
        .For("Mine", Says("Done.")).For("Hello", Says("Done."));

    public async Task InitializeAsync()
    {
        town = await Town.StartAsync(Script.Play);
        await SettleBeaAsync();
    }

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public void EveryEndpoint_StandsInTheTable()
    {
        var names = town.Program.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(names.Except(AccessTable.Entries.Keys));
        Assert.Empty(AccessTable.Entries.Keys.Except(names));
    }

    [Fact]
    public async Task Strangers_AreAskedWhoTheyAre_Everywhere()
    {
        foreach (var (name, access) in AccessTable.Entries)
        {
            using var answer = await CallAsync(town.Stranger, name, access);
            if (access.Door == Door.Open) Assert.NotEqual((name, HttpStatusCode.Unauthorized), (name, answer.StatusCode));
            else Assert.Equal((name, HttpStatusCode.Unauthorized, "unauthenticated"), (name, answer.StatusCode, await CodeAsync(answer)));
        }
    }

    [Fact]
    public async Task OtherMembers_FindNothingOfIt_AndChangeNothing()
    {
        var before = await PictureAsync();
        foreach (var (name, access) in AccessTable.Entries)
        {
            using var answer = await CallAsync(town.Carl, name, access);
            var (told, expected) = ($"{name}: {(int)answer.StatusCode}", access.Door switch
            {
                Door.Seen or Door.Changed => HttpStatusCode.NotFound,
                Door.Owners => HttpStatusCode.Forbidden,
                _ => answer.StatusCode,
            });
            Assert.Equal($"{name}: {(int)expected}", told);
            if (!access.NoKeys && access.Door is Door.People or Door.OwnList or Door.Members) Assert.False(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError, told);
            if (access.Door == Door.Owners) Assert.Equal((name, "not_allowed"), (name, await CodeAsync(answer)));
            var text = await TextAsync(answer);
            Assert.False(text.Contains(Marker, StringComparison.OrdinalIgnoreCase), $"{name} tells: {text}");
            if (access.Door == Door.OwnList) Assert.DoesNotContain(things.Where(thing => thing.Key is not ("agent" or "carl")).Select(thing => thing.Value), thing => text.Contains(thing, StringComparison.Ordinal));
        }

        Assert.Equal(before, await PictureAsync());
    }

    [Fact]
    public async Task WhoMayOnlyRead_SeesIt_AndChangesNothing()
    {
        using var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{things["chat"]}/shares/{town.Find("vic").UserId}", new { can_write = true });
        await shared.JsonAsync();
        var before = await PictureAsync();
        foreach (var (name, access) in AccessTable.Entries.Where(entry => entry.Value is { NeverShared: false, Door: Door.Seen or Door.Changed or Door.Members }))
        {
            using var answer = await CallAsync(town.Vic, name, access);
            var refused = access.Door is Door.Changed or Door.Members || name is "saveTaskAsTemplate" or "rerunTask" or "forkTask" or "replayRun";
            if (refused) Assert.Equal((name, HttpStatusCode.Forbidden), (name, answer.StatusCode));
            else Assert.False(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError, $"{name}: {answer.StatusCode}");
        }

        using var seen = await town.Vic.GetAsync($"/api/tasks/{things["task"]}");
        Assert.Equal(things["task"], (await seen.JsonAsync()).Id());
        Assert.Equal(before, await PictureAsync());
    }

    [Fact]
    public async Task NewTask_CannotBePutIntoBehindOrBelowSomebodyElses()
    {
        foreach (var order in new object[]
        {
            new { agent_id = things["agent"], message = "Mine", chat_id = things["chat"] },
            new { agent_id = things["agent"], message = "Mine", parent_task_id = things["task"] },
            new { agent_id = things["agent"], message = "Mine", depends_on = new[] { things["task"] } },
        })
        {
            using var answer = await town.Carl.PostAsJsonAsync("/api/tasks", order);
            await answer.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        }

        using var trigger = await town.Carl.PostAsJsonAsync("/api/triggers", new { task_id = things["task"], message = "Mine", cron = "@daily" });
        await trigger.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var file = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", attachments = new[] { things["attachment"] } });
        Assert.Equal(HttpStatusCode.BadRequest, file.StatusCode);
    }

    [Fact]
    public async Task NewTask_WorksNeitherInSomebodyElsesFolder_NorInTheServersOwn()
    {
        using var seen = await town.Bea.GetAsync($"/api/tasks/{things["task"]}");
        var folder = (await seen.JsonAsync()).String("work_dir")!;
        Directory.CreateDirectory(Path.Join(folder, "src"));
        var data = town.Program.Services.GetRequiredService<Core.Storage.Store>().Directory.Path;
        Assert.StartsWith(data, folder, StringComparison.Ordinal);
        foreach (var taken in new[] { folder, Path.Join(folder, "src"), Path.GetDirectoryName(folder)!, data })
        {
            using var work = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", work_dir = taken });
            Assert.Contains("work_dir", (await work.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").EnumerateObject().Select(field => field.Name));
            using var added = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", add_dirs = new[] { taken } });
            Assert.Contains("add_dirs", (await added.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").EnumerateObject().Select(field => field.Name));
        }

        using var own = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", work_dir = folder });
        await own.JsonAsync(HttpStatusCode.Created);

        // Whoever works in a folder changes it: to read along is not enough.
        (await town.Bea.PutAsJsonAsync($"/api/chats/{things["chat"]}/shares/{town.Find("carl").UserId}", new { can_write = false })).EnsureSuccessStatusCode().Dispose();
        using var read = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", work_dir = folder });
        await read.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        (await town.Bea.PutAsJsonAsync($"/api/chats/{things["chat"]}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();
        using var shared = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = things["agent"], message = "Mine", work_dir = folder });
        await shared.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task SameOrderAndSameKey_OfTwoPeople_AreTwoTasks()
    {
        var ids = new List<string>();
        foreach (var client in new[] { town.Bea, town.Carl })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(new { agent_id = things["agent"], message = "Mine" }) };
            request.Headers.Add("Idempotency-Key", "the-same");
            using var answer = await client.SendAsync(request);
            ids.Add((await answer.JsonAsync(HttpStatusCode.Created)).Id());
        }

        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public async Task WhoeverSeesATask_ForksItAsTheirOwn_AndItsPersonDoesNotSeeThat()
    {
        using var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{things["chat"]}/shares/{town.Find("carl").UserId}", new { can_write = false });
        await shared.JsonAsync();
        var before = await PictureAsync();
        using var said = await town.Carl.GetAsync($"/api/tasks/{things["task"]}/messages");
        var first = (await said.JsonAsync()).Items()[0].String("message_id");

        using var answer = await town.Carl.PostAsJsonAsync($"/api/tasks/{things["task"]}/forks", new { message_id = first, text = "Mine" });
        var fork = await answer.JsonAsync(HttpStatusCode.Created);

        Assert.Equal((town.Find("carl").UserId, things["task"]), (fork.String("user_id"), fork.GetProperty("origin").String("task_id")));
        using var unseen = await town.Bea.GetAsync($"/api/tasks/{fork.Id()}");
        Assert.Equal(HttpStatusCode.NotFound, unseen.StatusCode);
        using var ofBea = await town.Bea.GetAsync($"/api/tasks/{things["task"]}/forks");
        Assert.Empty((await ofBea.JsonAsync()).Items());
        using var ofCarl = await town.Carl.GetAsync($"/api/tasks/{things["task"]}/forks");
        Assert.Equal([fork.Id()], (await ofCarl.JsonAsync()).Items().Select(task => task.Id()));
        Assert.Equal(before, await PictureAsync());
    }

    /// <summary>Gives Bea one of everything.</summary>
    private async Task SettleBeaAsync()
    {
        things["agent"] = town.Program.AgentId;
        things["carl"] = town.Find("carl").UserId;
        var task = await MakeAsync("/api/tasks", new { agent_id = things["agent"], message = "Ask", title = $"A {Marker}" });
        (things["task"], things["chat"]) = (task.Id(), task.String("chat_id")!);
        var waiting = await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Waiting);
        (things["run"], things["request"]) = (waiting.RunId!, waiting.OpenRequests[0].RequestId);
        things["step"] = (await town.Program.Reader.FindRunAsync(waiting.RunId!))!.Steps![0].StepId;
        things["comparison"] = (await MakeAsync("/api/comparisons", new { prompt = "Mine", title = $"A {Marker}", candidates = new[] { new { agent_id = things["agent"] }, new { agent_id = things["agent"] } } })).Id();
        using var bulk = await town.Bea.PostAsJsonAsync("/api/tasks/bulk", new { action = "retry", task_ids = new[] { things["task"] } });
        things["bulk"] = (await bulk.JsonAsync(HttpStatusCode.Accepted)).Id();
        things["trigger"] = (await MakeAsync("/api/triggers", new { kind = "webhook", agent_id = things["agent"], message = $"A {Marker}" })).Id();
        things["template"] = (await MakeAsync("/api/templates", new { name = $"A {Marker}", message = "Go", agent_id = things["agent"] })).Id();
        things["view"] = (await MakeAsync("/api/views", new { name = $"A {Marker}", query = "status=running" })).Id();
        things["notification"] = (await MakeAsync("/api/notifications", new { name = $"A {Marker}", url = "http://203.0.113.7/hook", events = new[] { "failed" } })).Id();
        things["rule"] = (await MakeAsync("/api/approval-rules", new { tool = "run_command", scope = "always", pattern = Marker })).GetProperty("rule").String("rule_id")!;
        using var budget = await town.Bea.PutAsJsonAsync("/api/budgets", new { scope = "task", target = things["task"], usd = 9 });
        things["budget"] = (await budget.JsonAsync()).Id();
        things["key"] = (await MakeAsync("/api/keys", new { name = Marker })).Id();
        things["link"] = (await MakeAsync($"/api/chats/{things["chat"]}/links", new { expires_in_days = 9 })).Id();
        using var file = await town.Bea.PostAsync($"/api/attachments?name={Marker}.txt", new StringContent(Marker, Encoding.UTF8, "text/plain"));
        things["attachment"] = (await file.JsonAsync(HttpStatusCode.Created)).Items()[0].Id();
    }

    private async Task<JsonElement> MakeAsync(string path, object body)
    {
        using var answer = await town.Bea.PostAsJsonAsync(path, body);
        return await answer.JsonAsync(HttpStatusCode.Created);
    }

    /// <summary>What Bea has, as she sees it.</summary>
    private async Task<string> PictureAsync()
    {
        var picture = new StringBuilder();
        foreach (var path in new[] { $"/api/tasks/{things["task"]}", "/api/triggers", "/api/templates", "/api/views", "/api/notifications", "/api/approval-rules", $"/api/chats/{things["chat"]}/shares", $"/api/chats/{things["chat"]}/links", $"/api/tasks/{things["task"]}/queue", $"/api/requests/{things["request"]}", "/api/people" })
        {
            picture.AppendLine(await town.Bea.GetStringAsync(path));
        }

        return picture.ToString();
    }

    private async Task<HttpResponseMessage> CallAsync(HttpClient client, string name, Access access)
    {
        var endpoint = town.Program.Services.GetRequiredService<EndpointDataSource>().Endpoints.Single(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name);
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0]), Filled(access.Path));
        if (access.Body is not null) request.Content = new StringContent(Filled(JsonSerializer.Serialize(access.Body)), Encoding.UTF8, "application/json");
        else if (name == "uploadAttachments") request.Content = new StringContent("text", Encoding.UTF8, "text/plain");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private string Filled(string text) => things.Aggregate(text, (filled, thing) => filled.Replace($"{{{thing.Key}}}", thing.Value, StringComparison.Ordinal));

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync()).String("code");

    /// <summary>What an answer says; of a stream, what it says at once.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") return await answer.Content.ReadAsStringAsync();
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.BulkJobs;

public sealed class BulkJobEndpointsTests
{
    [Fact]
    public async Task Start_IsAcceptedWithItsAddress_WhereItCanBeFollowedToItsEnd()
    {
        await using var app = await DashboardApplication.StartAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "One", "Two", "Three" })
        {
            var task = await app.CreateAsync(name);
            await app.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
            ids.Add(task.Id());
        }

        using var answer = await app.Client.PostAsJsonAsync("/api/tasks/bulk", new { action = "delete", filter = new { status = new[] { "completed" } }, except = new[] { ids[1] } });
        var job = await answer.JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal($"/api/tasks/bulk/{job.Id()}", answer.Headers.Location!.ToString());
        Assert.Equal(("delete", 2), (job.String("action"), job.GetProperty("total").GetInt32()));
        var ended = await EndAsync(app.Client, job.Id());
        Assert.Equal(("completed", 2, 0), (ended.String("status"), ended.GetProperty("done").GetInt32(), ended.GetProperty("failed").GetInt32()));
        Assert.Equal([ids[1]], (await app.GetJsonAsync("/api/tasks")).Items().Select(task => task.Id()));
        Assert.Equal([job.Id()], (await app.GetJsonAsync("/api/tasks/bulk")).Items().Select(one => one.Id()));
        using var late = await app.Client.DeleteAsync($"/api/tasks/bulk/{job.Id()}");
        await late.ProblemAsync(HttpStatusCode.Conflict, "job_ended");
    }

    [Fact]
    public async Task Delete_OfAJobThatHasNotBegun_TakesItBack()
    {
        await using var app = await DashboardApplication.StartAsync();
        var task = await app.CreateAsync("One");
        await app.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        var job = await app.PostJsonAsync("/api/tasks/bulk", new { action = "delete", task_ids = new[] { task.Id() }, undo_s = 60 }, HttpStatusCode.Accepted);
        Assert.Equal("pending", job.String("status"));

        using var aborted = await app.Client.DeleteAsync($"/api/tasks/bulk/{job.Id()}");

        Assert.Equal("aborted", (await aborted.JsonAsync()).String("status"));
        Assert.NotNull(await app.Reader.FindAsync(task.Id()));
    }

    [Fact]
    public async Task Start_WithWhatCannotBeRead_SaysWhichField()
    {
        await using var app = await DashboardApplication.StartAsync();
        foreach (var (body, field) in new (object, string)[]
        {
            (new { task_ids = new[] { "a" } }, "action"),
            (new { action = "eat", task_ids = new[] { "a" } }, "action"),
            (new { action = "delete" }, "task_ids"),
            (new { action = "delete", filter = new { status = new[] { "lost" } } }, "filter.status"),
            (new { action = "delete", filter = new { from = "yesterday" } }, "filter.from"),
            (new { action = "delete", task_ids = new[] { "a" }, undo_s = -1 }, "undo_s"),
            (new { action = "delete", task_ids = new[] { "a", null } }, "task_ids"),
            (new { action = "delete", filter = new { parent_id = "" } }, "filter.parent_id"),
            (new { action = "delete", filter = new { q = " " } }, "filter.q"),
            (new { action = "delete", filter = new { status = Array.Empty<string>() } }, "filter.status"),
        })
        {
            using var answer = await app.Client.PostAsJsonAsync("/api/tasks/bulk", body);
            Assert.True((await answer.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").TryGetProperty(field, out _), field);
        }
    }

    [Fact]
    public async Task SomebodyElsesTasks_AreCountedAsRefused_AndTellNothing()
    {
        await using var town = await Town.StartAsync();
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Secret plum" });
        var secret = (await made.JsonAsync(HttpStatusCode.Created)).Id();
        using var own = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Own" });
        var carls = (await own.JsonAsync(HttpStatusCode.Created)).Id();

        using var named = await town.Carl.PostAsJsonAsync("/api/tasks/bulk", new { action = "delete", task_ids = new[] { secret } });
        var byId = await EndAsync(town.Carl, (await named.JsonAsync(HttpStatusCode.Accepted)).Id());
        using var all = await town.Carl.PostAsJsonAsync("/api/tasks/bulk", new { action = "delete", filter = new { } });
        var byFilter = await EndAsync(town.Carl, (await all.JsonAsync(HttpStatusCode.Accepted)).Id());

        Assert.Equal((0, 1, "not_found"), (byId.GetProperty("done").GetInt32(), byId.GetProperty("failed").GetInt32(), byId.GetProperty("failures")[0].String("code")));
        Assert.DoesNotContain("plum", byId.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (byFilter.GetProperty("total").GetInt32(), byFilter.GetProperty("done").GetInt32()));
        Assert.NotNull(await town.Program.Reader.FindAsync(secret));
        Assert.Null(await town.Program.Reader.FindAsync(carls));
    }

    private static async Task<JsonElement> EndAsync(HttpClient client, string jobId)
    {
        JsonElement job = default;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await client.GetAsync($"/api/tasks/bulk/{jobId}");
            job = await answer.JsonAsync();
            return job.String("status") is not ("pending" or "running");
        });
        return job;
    }
}

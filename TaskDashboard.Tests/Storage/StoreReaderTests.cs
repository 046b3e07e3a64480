using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>What those who read notice of a store on a bad day: as a rule, nothing.</summary>
public sealed class StoreReaderTests
{
    [Fact]
    public async Task Readers_WhileAnotherProgramLocksAndCheckpoints_AreNeverTurnedAway()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.WaitForAsync((await engine.CreateAsync("Read me")).Id, AgentTaskStatus.Completed);
        using var other = new OtherProgram(engine.DataDirectory);
        using var done = new CancellationTokenSource();
        var disturbances = 0;
        var disturbance = Task.Run(() =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref disturbances))
            {
                other.Lock("EXCLUSIVE");
                other.Execute("INSERT INTO store_state (id, value) VALUES ('disturbed', 1) ON CONFLICT (id) DO UPDATE SET value = value + 1");
                other.Execute("COMMIT");
                other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        });

        // Until there was enough of both, however the machine shares itself out between them.
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
            {
                for (var round = 0; round < 50 || (Volatile.Read(ref disturbances) <= 50 && !done.IsCancellationRequested); round++)
                {
                    Assert.Single((await engine.Reader.ListAsync(new TaskQuery())).Items);
                    Assert.NotEmpty(await engine.Reader.ListEventsAsync(task.Id, 0, 50));
                    Assert.NotNull(await engine.Reader.FindRunAsync(task.RunId!));
                }
            }))).WaitAsync(Engine.Bound);
        }
        finally
        {
            await done.CancelAsync();
            await disturbance.WaitAsync(Engine.Bound);
        }

        Assert.True(disturbances > 50);
    }

    [Fact]
    public async Task LockedStore_StillAnswersWhoReads_AndSaysThatItIsNotReady()
    {
        await using var app = await DashboardApplication.StartAsync();
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
        using var other = new OtherProgram(app.DataDirectory);
        other.Lock("EXCLUSIVE");
        var create = app.CreateAsync("Waits");
        await WaitUntilAsync(app, ready: false);

        foreach (var path in new[] { "/api/tasks", $"/api/tasks/{id}", $"/api/tasks/{id}/messages", "/api/agents", "/health/live" }) await app.GetJsonAsync(path);
        using var response = await app.Client.GetAsync("/health/ready");
        var answer = await response.JsonAsync(HttpStatusCode.ServiceUnavailable);
        var check = answer.GetProperty("checks").EnumerateArray().Single(check => check.String("name") == "store");
        Assert.Equal(("failing", "The store is locked by another program."), (check.String("status"), check.String("detail")));

        other.LetGo();
        await create;
        await WaitUntilAsync(app, ready: true);
    }

    [Fact]
    public async Task SelfCheck_WhileTheStoreIsLocked_LooksAllTheSame()
    {
        await using var engine = await Engine.StartAsync();
        await engine.WaitForAsync((await engine.CreateAsync("Look at me")).Id, AgentTaskStatus.Completed);
        using var other = new OtherProgram(engine.DataDirectory);
        other.Lock();

        var report = await engine.Services.GetRequiredService<ISelfCheck>().CheckAsync().WaitAsync(Engine.Bound);

        // That the store is locked is what one of them is about.
        Assert.All(
            report.Invariants.Where(invariant => invariant.Key != "store"),
            invariant => Assert.Equal((invariant.Key, InvariantStatus.Ok), (invariant.Key, invariant.Status)));
        other.LetGo();
    }

    [Fact]
    public async Task FilesThatCannotBeOpened_AreAnsweredAsUnavailable_NotAsADefect()
    {
        await using var app = await DashboardApplication.StartAsync();
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
        var file = Path.Combine(app.DataDirectory, "taskdashboard.db");
        var contexts = app.Services.GetRequiredService<Store>().Contexts;
        using (var context = contexts.CreateDbContext()) SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
        File.Move(file, file + ".away");

        using var response = await app.Client.GetAsync($"/api/tasks/{id}/messages");
        using var ready = await app.Client.GetAsync("/health/ready");

        File.Move(file + ".away", file);
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Equal("The store's files cannot be opened. Try again in a moment.", problem.String("detail"));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("cannot be opened", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.GetJsonAsync($"/api/tasks/{id}/messages");
    }

    private static async Task WaitUntilAsync(DashboardApplication app, bool ready)
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        while (true)
        {
            using var response = await app.Client.GetAsync("/health/ready", bound.Token);
            if (response.IsSuccessStatusCode == ready) return;
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.Archives;

/// <summary>An export comes in again, elsewhere or in the same place: all of it, to be read, and never to be run.</summary>
public sealed class TaskImportTests
{
    [Fact]
    public async Task ExportImportExport_HasOneContentHash_AndTwoImportsStandBesideEachOther()
    {
        ZipPicture first;
        string rootId;
        await using (var origin = await DashboardApplication.StartAsync(ArchiveStory.Script.Play))
        {
            rootId = (await ArchiveStory.TellAsync(origin)).Id;
            first = await ZipPicture.ExportAsync(origin.Client, rootId);

            // Also where the original is.
            var beside = await ImportedAsync(origin, first);
            Assert.NotEqual(rootId, beside.GetProperty("task").Id());
            Assert.Equal(first.ContentHash, (await ZipPicture.ExportAsync(origin.Client, beside.GetProperty("task").Id())).ContentHash);
        }

        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var (one, other) = (await ImportedAsync(app, first), await ImportedAsync(app, first));

        Assert.Equal((2, 2, first.ContentHash), (one.GetProperty("task_count").GetInt32(), one.GetProperty("attachment_count").GetInt32(), one.String("content_hash")));
        Assert.NotEqual(one.GetProperty("task").Id(), other.GetProperty("task").Id());
        foreach (var imported in new[] { one, other })
        {
            var again = await ZipPicture.ExportAsync(app.Client, imported.GetProperty("task").Id());
            Assert.Equal(first.Files.Keys, again.Files.Keys);
            Assert.All(first.Files.Where(file => file.Key != "manifest.json"), file => Assert.Equal(first.Text(file.Key), again.Text(file.Key)));
            Assert.Equal(first.ContentHash, again.ContentHash);
        }

        // And once more, of the import of an import.
        var third = await ImportedAsync(app, await ZipPicture.ExportAsync(app.Client, other.GetProperty("task").Id()));
        Assert.Equal(rootId, third.GetProperty("task").GetProperty("imported_from").String("task_id"));
    }

    [Fact]
    public async Task ImportOfATaskThatWaited_IsCancelled_AsksNobody_AndExportsAsItWas()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var waiter = (await app.CreateAsync("Waiter")).Id();
        await app.WaitForAsync(waiter, AgentTaskStatus.Waiting);
        var first = await ZipPicture.ExportAsync(app.Client, waiter);

        var task = (await ImportedAsync(app, first)).GetProperty("task");

        Assert.Equal("cancelled", task.String("status"));
        Assert.Contains("waiting when it was exported", task.String("reason_text"), StringComparison.Ordinal);
        Assert.Equal([waiter], (await app.GetJsonAsync("/api/requests")).Items().Select(request => request.String("task_id")));
        var last = (await app.GetJsonAsync($"/api/tasks/{task.Id()}/events?limit=200")).Items();
        Assert.Equal(["request_resolved", "run", "status", "title"], last.TakeLast(4).Select(one => one.String("type")));
        Assert.Equal(first.ContentHash, (await ZipPicture.ExportAsync(app.Client, task.Id())).ContentHash);
        await CheckAsync(app);
    }

    [Fact]
    public async Task Imported_IsThereToBeRead_Found_AndDeleted()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var root = await ArchiveStory.TellAsync(app);
        var zip = await ZipPicture.ExportAsync(app.Client, root.Id);
        using (await app.Client.DeleteAsync($"/api/tasks/{root.Id}")) { }
        var before = app.Reader.Counts.Total;

        var task = (await ImportedAsync(app, zip)).GetProperty("task");

        Assert.Equal((await app.GetJsonAsync($"/api/tasks/{task.Id()}")).GetRawText(), task.GetRawText());
        Assert.Equal((root.Id, "completed", "Plums *and* more"), (task.GetProperty("imported_from").String("task_id"), task.String("status"), task.String("title")));
        Assert.Equal(before + 2, app.Reader.Counts.Total);
        foreach (var words in new[] { "plum", "ferry", "calculate", "And+now" })
        {
            var found = (await app.GetJsonAsync($"/api/tasks?q={words}")).Items().Select(one => one.Id()).ToList();
            if (words != "ferry") Assert.Contains(task.Id(), found);
        }

        var messages = (await app.GetJsonAsync($"/api/tasks/{task.Id()}/messages?limit=200")).Items();
        Assert.Equal(zip.Lines($"tasks/{root.Id}/messages.jsonl").Select(line => line.String("text")), messages.Select(message => message.String("text")));
        var file = messages[0].GetProperty("attachments")[0].Id();
        Assert.Equal("the ferry leaves at nine", await app.Client.GetStringAsync($"/api/attachments/{file}"));
        var child = (await app.GetJsonAsync($"/api/tasks/{task.Id()}/tree")).Items().Single(one => one.Id() != task.Id());
        Assert.Equal(task.Id(), child.String("parent_task_id"));
        Assert.Equal(2, (await app.GetJsonAsync($"/api/tasks/{task.Id()}/runs")).Items().Count);
        Assert.True((await app.GetJsonAsync($"/api/runs/{task.String("run_id")}")).GetProperty("steps").GetArrayLength() > 0);
        await CheckAsync(app);

        using var deleted = await app.Client.DeleteAsync($"/api/tasks/{task.Id()}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Client.GetAsync($"/api/attachments/{file}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        await using var context = await app.Services.GetRequiredService<Store>().Contexts.CreateDbContextAsync();
        Assert.Equal(1, await context.ImportedTasks.CountAsync());
    }

    [Fact]
    public async Task RootThatIsRemovedAsSoonAsItIsThere_CostsTheImportNoFile()
    {
        var folder = "";
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play, services: services => services.AddSingleton<ICommitListener>(new RemovedRoot(() => folder)));
        folder = app.DataDirectory;
        var zip = await ZipPicture.ExportAsync(app.Client, (await ArchiveStory.TellAsync(app)).Id);
        var files = Directory.GetFiles(Path.Combine(folder, "attachments"));

        var imported = await ImportedAsync(app, zip);

        Assert.Equal((2, 2), (imported.GetProperty("task_count").GetInt32(), imported.GetProperty("attachment_count").GetInt32()));
        Assert.Equal(files.Length + 2, Directory.GetFiles(Path.Combine(folder, "attachments")).Length);
        using var gone = await app.Client.GetAsync($"/api/tasks/{imported.GetProperty("task").Id()}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Imported_RefusesWhateverWouldChangeIt()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var waiter = (await app.CreateAsync("Waiter")).Id();
        await app.WaitForAsync(waiter, AgentTaskStatus.Waiting);
        var task = (await ImportedAsync(app, await ZipPicture.ExportAsync(app.Client, waiter))).GetProperty("task");
        var before = await app.Client.GetStringAsync($"/api/tasks/{task.Id()}");

        foreach (var (path, body) in new (string, object)[]
        {
            ($"/api/tasks/{task.Id()}/message", new { message = "Hello" }),
            ($"/api/tasks/{task.Id()}/retry", new { }),
            ($"/api/tasks/{task.Id()}/pause", new { }),
            ($"/api/tasks/{task.Id()}/resume", new { }),
            ("/api/triggers", new { task_id = task.Id(), message = "Again", cron = "@daily" }),
            ("/api/tasks", new { agent_id = app.AgentId, message = "Below", parent_task_id = task.Id() }),
            ("/api/conversations", new { descriptor = $"/task/{task.Id()}", agent_id = app.AgentId, message = "Hello" }),
        })
        {
            using var answer = await app.Client.PostAsJsonAsync(path, body);
            await answer.ProblemAsync(HttpStatusCode.Conflict, "imported");
        }

        using var renamed = await app.Client.PatchAsJsonAsync($"/api/tasks/{task.Id()}", new { title = "Other" });
        await renamed.ProblemAsync(HttpStatusCode.Conflict, "imported");
        using var stopped = await app.Client.PostAsJsonAsync($"/api/tasks/{task.Id()}/cancel", new { });
        await stopped.ProblemAsync(HttpStatusCode.Conflict, "task_terminal");
        var request = ImportedIds.Of(task.GetProperty("imported_from").String("import_id")!).Map((await app.Reader.FindAsync(waiter))!.OpenRequests[0].RequestId);
        using var answered = await app.Client.PostAsJsonAsync($"/api/requests/{request}/answer", new { answer = "yes" });
        await answered.ProblemAsync(HttpStatusCode.Conflict, "request_closed");
        Assert.Equal(before, await app.Client.GetStringAsync($"/api/tasks/{task.Id()}"));
    }

    [Fact]
    public async Task WhatAnImportedTaskCost_IsChargedToNoBudgetHere()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var original = (await app.CreateAsync("Child")).Id();
        await app.WaitForAsync(original, AgentTaskStatus.Completed);
        var zip = await ZipPicture.ExportAsync(app.Client, original);
        var document = zip.Text($"tasks/{original}/task.json");
        Assert.Contains("\"cost\":null", document, StringComparison.Ordinal);
        using var set = await app.Client.PutAsJsonAsync("/api/budgets", new { scope = "server", usd = 10 });
        await set.JsonAsync();

        await ImportedAsync(app, zip.With($"tasks/{original}/task.json", document.Replace("\"cost\":null", "\"cost\":9.5", StringComparison.Ordinal)));

        Assert.Equal(0, (await app.GetJsonAsync("/api/budgets")).Items().Single().GetProperty("spent").GetDecimal());
    }

    [Fact]
    public async Task Imported_IsTheImportingPersons_AndNobodyElsesAtFirst()
    {
        await using var town = await Town.StartAsync(ArchiveStory.Script.Play);
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Child" });
        var original = (await made.JsonAsync(HttpStatusCode.Created)).Id();
        await town.Program.WaitForAsync(original, AgentTaskStatus.Completed);
        var zip = await ZipPicture.ExportAsync(town.Bea, original);

        using var imported = await zip.ImportAsync(town.Carl);
        var task = (await imported.JsonAsync(HttpStatusCode.Created)).GetProperty("task");

        Assert.Equal(town.Find("carl").UserId, task.String("user_id"));
        using var hidden = await town.Bea.GetAsync($"/api/tasks/{task.Id()}");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        using var viewer = await zip.ImportAsync(town.Vic);
        await viewer.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed");
    }

    [Fact]
    public async Task Form_WithThePartNamedFile_IsTakenToo()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var original = (await app.CreateAsync("Child")).Id();
        await app.WaitForAsync(original, AgentTaskStatus.Completed);
        var zip = await ZipPicture.ExportAsync(app.Client, original);

        using var form = new MultipartFormDataContent { { new ByteArrayContent(zip.ToBytes()), "file", "task.zip" } };
        using var answer = await app.Client.PostAsync("/api/imports", form);
        Assert.Equal(1, (await answer.JsonAsync(HttpStatusCode.Created)).GetProperty("task_count").GetInt32());

        using var other = new MultipartFormDataContent { { new ByteArrayContent(zip.ToBytes()), "archive", "task.zip" } };
        using var refused = await app.Client.PostAsync("/api/imports", other);
        await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation");
    }

    [Fact]
    public async Task WhatACrashLeft_IsSeenByNobody_AndRemovedByTheNextStart()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-import-").FullName;
        try
        {
            await using (var engine = await Engine.StartAsync(ArchiveStory.Script.Play, folder))
            {
                var table = new ImportTable(engine.Store);
                var importId = $"import_{Guid.CreateVersion7():N}";
                var key = await table.BeginAsync(importId, 3);
                await table.WriteAsync([rows => rows.InsertEvent(key + 1, 1, "title", DateTimeOffset.UnixEpoch, null, "{\"title\":\"Left\",\"task_id\":\"task_1\"}"u8.ToArray(), "leftover")]);
                Directory.CreateDirectory(Path.Combine(folder, "imports"));
                await File.WriteAllTextAsync(Path.Combine(folder, "imports", "left.part"), "half");
                Assert.Empty((await engine.Reader.ListAsync(new TaskQuery { Search = "leftover" })).Items);

                // What is made meanwhile does not get one of the numbers that are set aside.
                var task = await engine.CreateAsync("Child");
                await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
                Assert.Equal(key + 3, (await engine.Reader.FindAsync(task.Id))!.Key);
            }

            await using var next = await Engine.StartAsync(ArchiveStory.Script.Play, folder);
            await using var context = await next.Store.Contexts.CreateDbContextAsync();
            Assert.Empty(await context.Imports.ToListAsync());
            Assert.Empty(await context.Events.Where(row => !context.Tasks.Any(task => task.Key == row.TaskKey)).ToListAsync());
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "imports")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static async Task<JsonElement> ImportedAsync(DashboardApplication app, ZipPicture zip)
    {
        using var answer = await zip.ImportAsync(app.Client);
        return await answer.JsonAsync(HttpStatusCode.Created);
    }

    private static async Task CheckAsync(DashboardApplication app)
    {
        var report = await app.Services.GetRequiredService<ISelfCheck>().CheckAsync();
        Assert.Empty(report.Invariants.SelectMany(invariant => invariant.Findings));
    }

    /// <summary>Takes the row of an imported root away when it is on disk, before anybody who waits for that goes on.</summary>
    private sealed class RemovedRoot(Func<string> folder) : ICommitListener
    {
        public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
        {
            if (before is not null || after is not { ParentTaskId: null, Settings.Imported: not null }) return;
            using var database = SqliteDatabase.Open(Path.Combine(folder(), "taskdashboard.db"));
            using var remove = new Statement(database, "DELETE FROM tasks WHERE id = ?");
            remove.Execute(after.Id);
        }
    }
}

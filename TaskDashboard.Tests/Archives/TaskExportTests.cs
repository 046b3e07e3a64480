using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Archives;

/// <summary>A task leaves as a file that holds all of it, and nothing that is not meant to leave.</summary>
public sealed class TaskExportTests
{
    [Fact]
    public async Task Zip_HoldsTheTaskAndItsChildren_WithEverythingThatBelongsToThem()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var root = await ArchiveStory.TellAsync(app);

        var zip = await ZipPicture.ExportAsync(app.Client, root.Id);

        Assert.Equal(("taskdashboard-export", 1, root.Id), (zip.Manifest.String("format"), zip.Manifest.GetProperty("version").GetInt32(), zip.Manifest.String("root_task_id")));
        Assert.StartsWith("TaskDashboard ", zip.Manifest.String("exported_by"), StringComparison.Ordinal);
        var told = zip.Manifest.GetProperty("files").EnumerateArray().ToDictionary(file => file.String("path")!, file => (file.GetProperty("size").GetInt64(), file.String("sha256")));
        Assert.Equal(zip.Files.Keys.Where(path => path != "manifest.json"), told.Keys);
        Assert.All(told, file => Assert.Equal((zip.Files[file.Key].Length, Convert.ToHexStringLower(SHA256.HashData(zip.Files[file.Key]))), ((int)file.Value.Item1, file.Value.Item2)));
        Assert.Equal(zip.ContentHash, ArchiveFormat.ContentHash(told.Select(file => new ArchiveFile(file.Key, file.Value.Item1, file.Value.Item2!))));

        var folder = $"tasks/{root.Id}/";
        var shown = await app.GetJsonAsync($"/api/tasks/{root.Id}");
        Assert.Equal(shown.GetRawText(), zip.Lines(folder + "task.json").Single().GetRawText());
        var events = (await app.GetJsonAsync($"/api/tasks/{root.Id}/events?limit=200")).Items();
        Assert.Equal(events.Select(one => one.GetProperty("data").GetRawText()), zip.Lines(folder + "events.jsonl").Select(one => one.GetProperty("data").GetRawText()));
        var messages = (await app.GetJsonAsync($"/api/tasks/{root.Id}/messages?limit=200")).Items();
        Assert.Equal(messages.Select(one => one.String("text")), zip.Lines(folder + "messages.jsonl").Select(one => one.String("text")));
        var runs = zip.Lines(folder + "runs.jsonl");
        Assert.Equal([1, 2], runs.Select(run => run.GetProperty("attempt").GetInt32()));
        Assert.Contains(runs[0].GetProperty("steps").EnumerateArray(), step => step.String("name") == "calculate");
        Assert.Equal("blue", zip.Lines(folder + "requests.jsonl").Single().String("answer"));
        var files = zip.Lines(folder + "attachments.jsonl");
        Assert.Equal(["notes.txt", "pixel.png"], files.Select(file => file.String("name")).Order());
        Assert.Equal("the ferry leaves at nine", zip.Text($"attachments/{files.Single(file => file.String("name") == "notes.txt").String("sha256")}"));
        Assert.Equal(2, zip.Files.Keys.Count(path => path.EndsWith("task.json", StringComparison.Ordinal)));
        Assert.Contains(zip.Lines(zip.Files.Keys.Single(path => path.EndsWith("task.json", StringComparison.Ordinal) && !path.StartsWith(folder, StringComparison.Ordinal))), child => child.String("title") == "The child");
    }

    [Fact]
    public async Task Zip_OfTheSame_IsTheSame_ButForWhenItWasMade()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var root = await ArchiveStory.TellAsync(app);

        var (one, other) = (await ZipPicture.ExportAsync(app.Client, root.Id), await ZipPicture.ExportAsync(app.Client, root.Id));

        Assert.Equal(one.ContentHash, other.ContentHash);
        Assert.All(one.Files.Where(file => file.Key != "manifest.json"), file => Assert.Equal(file.Value, other.Files[file.Key]));
    }

    [Fact]
    public async Task Bundle_HoldsAnArchiveOfEachTask_ThatCanBeImportedByItself()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        await ArchiveStory.TellAsync(app);
        var ids = (await app.GetJsonAsync("/api/tasks")).Items().Select(task => task.Id()).ToList();

        using var answer = await app.Client.GetAsync($"/api/tasks/export?ids={string.Join(',', ids)}");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        using var bundle = new ZipArchive(await answer.Content.ReadAsStreamAsync());

        Assert.Equal(ids.Select(id => id[^6..]), bundle.Entries.Select(entry => entry.Name[^10..^4]));
        await using var first = await bundle.Entries[0].OpenAsync();
        using var content = new StreamContent(first);
        content.Headers.ContentType = new("application/zip");
        using var imported = await app.Client.PostAsync("/api/imports", content);
        await imported.JsonAsync(HttpStatusCode.Created);
        using var none = await app.Client.GetAsync("/api/tasks/export");
        await none.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using var unknown = await app.Client.GetAsync($"/api/tasks/export?ids={ids[0]},task_none");
        await unknown.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Answer_IsAFileNamedAfterTheTask()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var root = await ArchiveStory.TellAsync(app);

        using var zip = await app.Client.GetAsync($"/api/tasks/{root.Id}/export?format=zip");
        using var text = await app.Client.GetAsync($"/api/tasks/{root.Id}/export?format=markdown");

        Assert.Equal(("attachment", $"Plums-and-more-{root.Id[^6..]}.zip"), (zip.Content.Headers.ContentDisposition!.DispositionType, zip.Content.Headers.ContentDisposition.FileName));
        Assert.Equal(("text/markdown", $"Plums-and-more-{root.Id[^6..]}.md"), (text.Content.Headers.ContentType!.MediaType, text.Content.Headers.ContentDisposition!.FileName));
    }

    [Fact]
    public async Task Markdown_TellsWhatWasAskedSaidAndDone()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var root = await ArchiveStory.TellAsync(app);

        var text = await app.Client.GetStringAsync($"/api/tasks/{root.Id}/export?format=markdown");

        Assert.StartsWith("# Plums \\*and\\* more\n", text, StringComparison.Ordinal);
        foreach (var part in new[] { "- **Status:** completed", "### You · ", "Root of it", "Files: notes.txt, pixel.png", "**calculate**", "Result: success", "### Agent · ", "It is 42, and ```quoted```.", "## The child", "- **Part of:** Plums", "The child is done." })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sk-a-key-of-this-server")]
    [InlineData("sk-a-\"key\"-of\\this-server")]
    public async Task KeyOfTheServer_IsTakenOut_AlsoWhereAPersonHasTypedIt(string key)
    {
        await using var app = await DashboardApplication.StartAsync(
            model => model.Always(AgentScript.Says("Done.")), settings: [("Providers:remote:Type", "OpenAI"), ("Providers:remote:BaseUrl", "http://127.0.0.1:9/v1"), ("Providers:remote:ApiKey", key)]);
        var task = (await app.CreateAsync($"Use {key} please")).Id();
        await app.WaitForAsync(task, AgentTaskStatus.Completed);

        var zip = await ZipPicture.ExportAsync(app.Client, task);
        var text = await app.Client.GetStringAsync($"/api/tasks/{task}/export?format=markdown");

        Assert.All(zip.Files.Keys, path => Assert.DoesNotContain("of\\\\this-server", zip.Text(path), StringComparison.Ordinal));
        Assert.All(zip.Files.Keys, path => Assert.DoesNotContain(key, zip.Text(path), StringComparison.Ordinal));
        Assert.Contains("[redacted]", zip.Text($"tasks/{task}/messages.jsonl"), StringComparison.Ordinal);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThere_OrAFormatThatIsNone_IsRefused()
    {
        await using var app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play);
        var task = (await app.CreateAsync("Child")).Id();

        using var missing = await app.Client.GetAsync("/api/tasks/task_0000/export");
        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var format = await app.Client.GetAsync($"/api/tasks/{task}/export?format=pdf");
        Assert.True((await format.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").TryGetProperty("format", out _));
    }
}

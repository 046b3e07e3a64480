using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Archives;

/// <summary>What is no export, or was made to do harm, is refused in words that name the file at fault; and leaves nothing behind.</summary>
public sealed class ImportRefusalTests : IAsyncLifetime
{
    private DashboardApplication app = null!;
    private ZipPicture zip = null!;
    private string root = "";

    private string Folder => $"tasks/{root}/";

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(ArchiveStory.Script.Play, settings: ("Imports:MaxBytes", "4000000"));
        root = (await ArchiveStory.TellAsync(app)).Id;
        zip = await ZipPicture.ExportAsync(app.Client, root);
    }

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    [Fact]
    public async Task WhatIsNoExport_IsRefused()
    {
        await RefusedAsync([], "not a zip");
        await RefusedAsync(Encoding.UTF8.GetBytes("Hello"), "not a zip");
        await RefusedAsync(zip.ToBytes()[..^200], "not a zip");
        await RefusedAsync(Changed(files => files.Remove("manifest.json")), "no manifest.json");
        await RefusedAsync(Changed(files => files["manifest.json"] = "{}"u8.ToArray()), "manifest.json");
        await RefusedAsync(Edited("manifest.json", "taskdashboard-export", "something-else"), "something-else");
        await RefusedAsync(Edited("manifest.json", "\"version\":1", "\"version\":2"), "layout 2");
        await RefusedAsync(Edited("manifest.json", root, root[..^2] + "zz"), "is missing, though the manifest names it");
    }

    [Fact]
    public async Task WhatDoesNotHoldToItsManifest_IsRefused()
    {
        await RefusedAsync(Changed(files => files[Folder + "events.jsonl"][10] ^= 1), Folder + "events.jsonl");
        await RefusedAsync(Changed(files => files[Folder + "events.jsonl"] = [.. files[Folder + "events.jsonl"], (byte)'\n']), "another size");
        await RefusedAsync(Changed(files => files.Remove(Folder + "runs.jsonl")), Folder + "runs.jsonl");
        await RefusedAsync(Changed(files => files["attachments/" + new string('0', 64)] = [1]), "is not named by the manifest");
        await RefusedAsync(Edited("manifest.json", zip.ContentHash, new string('0', 64)), "content hash");
    }

    [Theory]
    [InlineData("../../escaped.txt")]
    [InlineData("/etc/escaped.txt")]
    [InlineData("attachments/../../escaped.txt")]
    [InlineData("tasks/task_1/task.json")]
    [InlineData("C:\\escaped.txt")]
    [InlineData("readme.md")]
    public async Task PathThatIsNoneOfAnExport_IsRefused(string path)
    {
        var forged = ZipPicture.Of(zip.ToBytes());
        forged.Files[path] = "x"u8.ToArray();

        await RefusedAsync(forged.Signed().ToBytes(), "no file of an export");
    }

    [Fact]
    public async Task BombAndGiant_AreRefused_BeforeTheyAreUnpacked()
    {
        var zeros = new byte[20_000_000];
        var forged = ZipPicture.Of(zip.ToBytes());
        forged.Files["attachments/" + new string('a', 64)] = zeros;
        await RefusedAsync(forged.Signed().ToBytes(), "times its size");

        // Unpacked more than eight times what an archive may have, in pieces that are each nothing special.
        var many = ZipPicture.Of(zip.ToBytes());
        for (var index = 0; index < 6; index++) many.Files["attachments/" + new string((char)('a' + index), 64)] = new byte[7_000_000];
        await RefusedAsync(many.Signed().ToBytes(), "larger than 32,000,000", HttpStatusCode.RequestEntityTooLarge, "too_large");

        var random = new byte[4_200_000];
        Random.Shared.NextBytes(random);
        await RefusedAsync(random, "Imports:MaxBytes", HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task ForgedContents_AreRefusedWithTheirLine()
    {
        var events = zip.Text(Folder + "events.jsonl");
        var lines = events.Split('\n');
        await RefusedAsync(Forged("events.jsonl", string.Join('\n', lines.Where((_, index) => index != 2))), "events.jsonl in the archive, line 3: seq is 4");
        await RefusedAsync(Forged("events.jsonl", string.Join('\n', lines.Take(3)) + "\n"), "has 3 events");
        await RefusedAsync(Forged("events.jsonl", events.Replace("\"type\":\"run\"", "\"type\":\"rune\"", StringComparison.Ordinal)), "its type is none");
        await RefusedAsync(Forged("events.jsonl", events.Replace("\"message_id\":\"msg_", "\"no_id\":\"msg_", StringComparison.Ordinal)), "its data is not that of");
        await RefusedAsync(Forged("messages.jsonl", "{}\n"), "messages.jsonl in the archive, line 1");
        await RefusedAsync(Forged("messages.jsonl", zip.Text(Folder + "messages.jsonl").Replace("\"msg_", "\"evil_", StringComparison.Ordinal)), "message_id");
        await RefusedAsync(Forged("messages.jsonl", zip.Text(Folder + "messages.jsonl") + zip.Text(Folder + "messages.jsonl")), "contradicts itself");
        await RefusedAsync(Forged("runs.jsonl", zip.Text(Folder + "runs.jsonl").Replace("\"outcome\":\"completed\"", "\"outcome\":null", StringComparison.Ordinal)), "runs.jsonl in the archive, line 1: it has not ended");
        await RefusedAsync(Forged("requests.jsonl", zip.Text(Folder + "requests.jsonl").Replace("\"resolved_at\":\"", "\"resolved_at\":null,\"was\":\"", StringComparison.Ordinal)), "it is open");
        await RefusedAsync(Forged("task.json", zip.Text(Folder + "task.json").Replace("\"title\":\"Plums *and* more\"", "\"title\":null", StringComparison.Ordinal)), "task.json in the archive");
        await RefusedAsync(Forged("task.json", zip.Text(Folder + "task.json").Replace("\"chat_id\":\"chat_", "\"chat_id\":\"chat-", StringComparison.Ordinal)), "chat_id");
        await RefusedAsync(Forged("attachments.jsonl", zip.Text(Folder + "attachments.jsonl").Replace("\"name\":\"notes.txt\"", "\"name\":\"../notes.txt\"", StringComparison.Ordinal)), "attachments.jsonl in the archive, line 1");
        await RefusedAsync(Forged("attachments.jsonl", zip.Text(Folder + "attachments.jsonl").Replace("text/plain", "image/png", StringComparison.Ordinal)), "notes.txt");
    }

    [Theory]
    [InlineData("../keys/")]
    [InlineData("/etc/hostname")]
    public async Task FileThatIsSomewhereElseOnTheDisk_IsRefused(string elsewhere)
    {
        const string File = "\"attachments\":[{\"id\":\"att_";
        foreach (var file in new[] { "messages.jsonl", "events.jsonl" })
        {
            var told = zip.Text(Folder + file);
            Assert.Contains(File, told, StringComparison.Ordinal);
            await RefusedAsync(Forged(file, told.Replace(File, "\"attachments\":[{\"id\":\"" + elsewhere, StringComparison.Ordinal)), $"{file} in the archive, line");
        }
    }

    [Fact]
    public async Task FiguresThatNothingHas_AreRefused()
    {
        var (runs, task) = (zip.Text(Folder + "runs.jsonl"), zip.Text(Folder + "task.json"));
        await RefusedAsync(Forged("task.json", task.Replace("\"usage\":{\"input\":", "\"usage\":{\"input\":9000000000000000", StringComparison.Ordinal)), "tokens or a cost");
        await RefusedAsync(Forged("task.json", task.Replace("\"cost\":null", "\"cost\":79228162514264337593543950335", StringComparison.Ordinal)), "tokens or a cost");
        await RefusedAsync(Forged("runs.jsonl", runs.Replace("\"duration_ms\":", "\"duration_ms\":90000000000000000", StringComparison.Ordinal)), "runs.jsonl in the archive, line 1");
        await RefusedAsync(Forged("runs.jsonl", runs.Replace("\"cost\":null", "\"cost\":79228162514264337593543950335", StringComparison.Ordinal)), "runs.jsonl in the archive, line 1");
    }

    [Fact]
    public async Task DescriptionThatIsMostlyBlank_IsRefused_BeforeItFillsTheMemory() => await RefusedAsync(
        Forged("task.json", zip.Text(Folder + "task.json").TrimEnd('\n') + new string(' ', 5_000_000) + "\n"), "too long", HttpStatusCode.RequestEntityTooLarge, "too_large");

    private byte[] Forged(string file, string content) => zip.With(Folder + file, content).ToBytes();

    private byte[] Edited(string path, string from, string to) => Changed(files => files[path] = Encoding.UTF8.GetBytes(zip.Text(path).Replace(from, to, StringComparison.Ordinal)));

    private byte[] Changed(Action<SortedDictionary<string, byte[]>> change)
    {
        var changed = ZipPicture.Of(zip.ToBytes());
        change(changed.Files);
        return changed.ToBytes();
    }

    private async Task RefusedAsync(byte[] bytes, string words, HttpStatusCode status = HttpStatusCode.BadRequest, string code = "validation")
    {
        var before = await PictureAsync();
        using var answer = await ZipPicture.ImportAsync(app.Client, bytes);
        var detail = (await answer.ProblemAsync(status, code)).String("detail")!;
        Assert.Contains(words, detail, StringComparison.Ordinal);
        Assert.Contains("Nothing was stored.", detail, StringComparison.Ordinal);
        Assert.Equal(before, await PictureAsync());
    }

    /// <summary>Everything that an import could have left.</summary>
    private async Task<string> PictureAsync()
    {
        await using var context = await app.Services.GetRequiredService<Store>().Contexts.CreateDbContextAsync();
        var rows = new[] { await context.Tasks.CountAsync(), await context.Events.CountAsync(), await context.Messages.CountAsync(), await context.Runs.CountAsync(), await context.Steps.CountAsync(), await context.Requests.CountAsync(), await context.Attachments.CountAsync(), await context.Chats.CountAsync(), await context.Imports.CountAsync(), await context.ImportedTasks.CountAsync() };
        var imports = Path.Combine(app.DataDirectory, "imports");
        return string.Join(' ', rows) + string.Join(' ', Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "attachments")).Order()) + string.Join(' ', Directory.Exists(imports) ? Directory.EnumerateFiles(imports) : []);
    }
}

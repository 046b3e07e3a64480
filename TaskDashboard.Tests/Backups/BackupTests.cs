using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Backups;

/// <summary>A backup is made while everything goes on, and what was committed before it is there when it is put back elsewhere.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-backup-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task BackupWhileTwentyTasksRun_IsRestoredElsewhere_WithEverythingThatWasCommitted()
    {
        var never = new TaskCompletionSource();
        var (file, elsewhere) = (Path.Combine(folder, "backup.zip"), Path.Combine(folder, "elsewhere"));
        string done;
        string attachment;
        List<string> running;
        Dictionary<string, long> committed;
        await using (var app = await DashboardApplication.StartAsync(model => model.Always((messages, _, token) =>
            messages.Any(message => message.Text.Contains("Done first", StringComparison.Ordinal)) ? ScriptedModelProvider.Say("It is done.") : ScriptedModelProvider.SayThenWait(["At it"], never.Task, token))))
        {
            using var upload = await app.Client.PostAsync("/api/attachments?name=notes.txt", new StringContent("the ferry leaves at nine", Encoding.UTF8, "text/plain"));
            attachment = (await upload.JsonAsync(HttpStatusCode.Created)).Items()[0].Id();
            done = (await app.CreateAsync("Done first", new { attachments = new[] { attachment } })).Id();
            await app.WaitForAsync(done, AgentTaskStatus.Completed);
            running = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(async index => (await app.CreateAsync($"Runs {index}")).Id()))];
            foreach (var task in running) await app.WaitForAsync(task, AgentTaskStatus.Running);
            committed = await LogsAsync(app, running);

            using var made = await app.Client.PostAsync("/api/backups", null);
            var backup = await made.JsonAsync(HttpStatusCode.Created);
            Assert.Equal(backup.Id(), (await app.GetJsonAsync("/api/backups")).Items().Single().Id());
            using var download = await app.Client.GetAsync($"/api/backups/{backup.Id()}");
            Assert.Equal((backup.GetProperty("size").GetInt64(), backup.String("file_name")), (download.Content.Headers.ContentLength, download.Content.Headers.ContentDisposition!.FileName));
            await File.WriteAllBytesAsync(file, await download.Content.ReadAsByteArrayAsync());

            // They run on as if nothing had been.
            Assert.Equal(20, app.Reader.Counts.Running);
            using var deleted = await app.Client.DeleteAsync($"/api/backups/{backup.Id()}");
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            Assert.Empty((await app.GetJsonAsync("/api/backups")).Items());
            using var gone = await app.Client.GetAsync($"/api/backups/{backup.Id()}");
            await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        }

        Assert.Contains("Restored", await BackupRestore.RunAsync(file, elsewhere, TimeProvider.System), StringComparison.Ordinal);

        await using var restored = await DashboardApplication.StartAsync(model => model.Always(Says("Went on.")), elsewhere);
        Assert.Equal("the ferry leaves at nine", await restored.Client.GetStringAsync($"/api/attachments/{attachment}"));
        Assert.Equal(AgentTaskStatus.Completed, (await restored.Reader.FindAsync(done))!.Status);
        foreach (var task in running)
        {
            // As after a crash: the run that was cut off says so, and the task goes on in another one.
            var ended = await restored.WaitForAsync(task, AgentTaskStatus.Completed);
            Assert.Equal(2, ended.RunCount);
        }

        var after = await LogsAsync(restored, running);
        Assert.All(committed, log => Assert.True(after[log.Key] > log.Value, $"{log.Key}: {after[log.Key]} events, and {log.Value} were committed."));
        Assert.True(Directory.Exists(Path.Combine(elsewhere, "keys")));
    }

    [Fact]
    public async Task Restore_MovesWhatIsThereAside_SaysSo_AndEndsWithZero()
    {
        var data = Path.Combine(folder, "data");
        var file = await MakeAsync(data, "Before");
        await using (var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), data)) await engine.CreateAsync("After");

        var (code, said) = await StartAsync(data, file);

        Assert.True(code == 0, said);
        var aside = Directory.EnumerateDirectories(folder, "data.before-restore-*").Single();
        Assert.Contains($"What was there before is in {aside}.", said, StringComparison.Ordinal);
        await using (var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), data)) Assert.Equal(["Before"], await TitlesAsync(engine));
        await using (var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), aside)) Assert.Equal(["After", "Before"], await TitlesAsync(engine));
        Assert.Empty(Directory.EnumerateDirectories(folder, "*.restoring-*"));
    }

    [Fact]
    public async Task Restore_LetsNoServerStart_WhileTheBackupIsUnpacked()
    {
        var data = Path.Combine(folder, "data");
        var file = await MakeAsync(data, "Before");
        var started = new List<bool>();
        var clock = new LookedAtClock(() =>
        {
            try
            {
                DataDirectory.Open(data).Dispose();
                started.Add(true);
            }
            catch (DataDirectoryException)
            {
                started.Add(false);
            }
        });

        await BackupRestore.RunAsync(file, data, clock);

        // Looked at last when the directory is about to be moved.
        Assert.False(started[^1]);
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), data);
        Assert.Equal(["Before"], await TitlesAsync(engine));
    }

    private sealed class LookedAtClock(Action look) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            look();
            return base.GetUtcNow();
        }
    }

    [Fact]
    public async Task Restore_IsRefused_WhileAServerIsThere()
    {
        var data = Path.Combine(folder, "data");
        var file = await MakeAsync(data, "Before");
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), data);

        var (code, said) = await StartAsync(data, file);

        Assert.Equal(1, code);
        Assert.Contains("is using the data directory", said, StringComparison.Ordinal);
        Assert.Equal(["Before"], await TitlesAsync(engine));
    }

    [Fact]
    public async Task Restore_OfWhatIsNoBackup_OrADamagedOne_ChangesNothing()
    {
        var data = Path.Combine(folder, "data");
        var file = await MakeAsync(data, "Before");
        var before = Directory.EnumerateFileSystemEntries(folder).Order().ToList();
        var target = Path.Combine(folder, "never");
        await File.WriteAllTextAsync(Path.Combine(data, "text.zip"), "no zip");
        File.Copy(file, Path.Combine(data, "damaged.zip"));
        using (var zip = ZipFile.Open(Path.Combine(data, "damaged.zip"), ZipArchiveMode.Update))
        {
            zip.GetEntry("taskdashboard.db")!.Delete();
            using var content = zip.CreateEntry("taskdashboard.db").Open();
            content.Write(new byte[4096]);
        }

        foreach (var (name, words) in new[] { ("missing.zip", "There is no file"), ("text.zip", "not a backup"), ("damaged.zip", "taskdashboard.db has another content") })
        {
            var refused = await Assert.ThrowsAsync<RestoreException>(() => BackupRestore.RunAsync(Path.Combine(data, name), target, TimeProvider.System));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed.", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Directory.EnumerateFileSystemEntries(folder).Order());
    }

    [Fact]
    public async Task SecondBackupAtTheSameTime_IsRefused_AndWhatACrashLeft_IsSweptAway()
    {
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), Path.Combine(folder, "data"));
        var backups = engine.Services.GetRequiredService<BackupStore>();
        Task<Backup>? second = null;
        backups.Changed += () => second ??= backups.IsBusy ? backups.CreateAsync() : null;

        var made = await backups.CreateAsync();

        Assert.Equal("backup_running", (await Assert.ThrowsAsync<RefusedException>(() => second!)).Code);
        Assert.Equal([made.Id], backups.List().Select(backup => backup.Id));
        var left = Path.Combine(engine.DataDirectory, "backups", "left.zip.part");
        await File.WriteAllTextAsync(left, "half");
        backups.Sweep();
        Assert.False(File.Exists(left));
        Assert.Single(backups.List());
    }

    private async Task<string> MakeAsync(string data, string title)
    {
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), data);
        var task = await engine.CreateAsync(title);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var backup = await engine.Services.GetRequiredService<BackupStore>().CreateAsync();
        var file = Path.Combine(folder, "kept.zip");
        File.Copy(Path.Combine(data, "backups", backup.FileName), file);
        return file;
    }

    private static async Task<(int Code, string Said)> StartAsync(string data, string file)
    {
        await using var process = DashboardProcess.Launch(data, ("Restore", file));
        return (await process.ExitAsync(), process.Log);
    }

    private static async Task<IEnumerable<string>> TitlesAsync(Engine engine) => (await engine.Reader.ListAsync(new TaskQuery { Limit = 200 })).Items.Select(task => task.Title).Order();

    private static async Task<Dictionary<string, long>> LogsAsync(DashboardApplication app, IEnumerable<string> tasks)
    {
        var logs = new Dictionary<string, long>();
        foreach (var task in tasks) logs[task] = (await app.Reader.ListEventsAsync(task, 0, 200)).Count;
        return logs;
    }
}

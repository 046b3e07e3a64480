using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Attachments.AttachmentSamples;

namespace TaskDashboard.Tests.Attachments;

/// <summary>Attachments on their way through the engine: log, queue, restart, retry, deletion.</summary>
public sealed class AttachedMessageTests
{
    [Fact]
    public async Task Create_TakesItsFilesAlong_IntoTranscriptLogAndModel()
    {
        await using var engine = await Engine.StartAsync();
        var notes = await engine.UploadAsync("notes.txt", "# Notes\n```code```\nthe end\n");
        var task = await engine.CreateAsync("Read it", command => command with { Attachments = [notes.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var entry = (await engine.Reader.ListMessagesAsync(task.Id, 0, 10))[0];
        Assert.Equal([notes.ToAttachedFile()], entry.Attachments!);
        var events = await engine.Reader.ListEventsAsync(task.Id, 0, 100);
        Assert.All(events.Select(told => told.Data).OfType<MessageData>(), message => Assert.Equal(message.MessageId == entry.MessageId, message.Attachments is not null));
        var asked = engine.Model.Calls.First().Single(message => message.Role == ChatRole.User);
        Assert.Equal("Read it", asked.Contents.OfType<TextContent>().First().Text);
        Assert.Equal("The file notes.txt (27 bytes) is attached:\n````\n# Notes\n```code```\nthe end\n````", asked.Contents.OfType<TextContent>().Last().Text);
    }

    [Fact]
    public async Task Order_WithOtherFiles_IsNoDuplicate_AndARepeatOfItsKeyIsNoSecondUse()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], never.Task, token)));
        var first = await engine.UploadAsync("a.txt", "a");
        var second = await engine.UploadAsync("a.txt", "a");
        CreateTask Order(string id, string key) => new() { AgentId = engine.AgentId, Message = "Same", Attachments = [id], IdempotencyKey = key };

        var made = await engine.Tasks.CreateAsync(Order(first.Id, "one"));
        var repeated = await engine.Tasks.CreateAsync(Order(first.Id, "one"));
        var duplicate = await engine.Tasks.CreateAsync(Order(first.Id, "two"));
        var other = await engine.Tasks.CreateAsync(Order(second.Id, "three"));

        Assert.Equal((made.Task.Id, true, false), (repeated.Task.Id, repeated.Existing, repeated.Duplicate));
        Assert.Equal((made.Task.Id, true), (duplicate.Task.Id, duplicate.Duplicate));
        Assert.False(other.Existing);
        await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.CreateAsync(Order(second.Id, "one")));
    }

    [Fact]
    public async Task File_ThatIsUnknownForeignOrOneTooMany_IsRefused_AndNothingIsStored()
    {
        await using var engine = await Engine.StartAsync(settings: ("Attachments:MaxPerMessage", "1"));
        var taken = await engine.UploadAsync("taken.txt", "a");
        var free = await engine.UploadAsync("free.txt", "a");
        var task = await engine.CreateAsync("First", command => command with { Attachments = [taken.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var other = await engine.CreateAsync("Second");
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Completed);

        await RefusedAsync("There is no attachment att_none", ["att_none"]);
        await RefusedAsync("taken.txt", [taken.Id]);
        await RefusedAsync("up to 1", [free.Id, taken.Id]);

        Assert.Equal(2, engine.Reader.Counts.ByStatus.Values.Sum());
        Assert.Equal(2, (await engine.Reader.ListMessagesAsync(other.Id, 0, 10)).Count);

        // The same task may have it again.
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Again") { Attachments = [taken.Id] });

        async Task RefusedAsync(string why, string[] ids)
        {
            var create = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Third", command => command with { Attachments = ids }));
            var send = await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.SendMessageAsync(other.Id, new SendMessage("More") { Attachments = ids }));
            Assert.All([create, send], refusal => Assert.Contains(why, Assert.Single(refusal.Errors["attachments"]), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task TwoTasks_ThatWantOneFileAtOnce_DoNotBothGetIt()
    {
        await using var engine = await Engine.StartAsync();
        var file = await engine.UploadAsync("a.txt", "a");

        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            try
            {
                return await engine.CreateAsync($"Mine {number}", command => command with { Attachments = [file.Id] });
            }
            catch (RefusedException refusal)
            {
                Assert.Contains("belongs to another task", refusal.Message, StringComparison.Ordinal);
                return null;
            }
        }));

        Assert.Single(tries, made => made is not null);
    }

    [Fact]
    public async Task QueuedMessage_KeepsItsFiles_WhenItIsChangedMovedAndCarriedOverARestart()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-attachments-").FullName;
        var never = new TaskCompletionSource();
        try
        {
            string taskId, fileId;
            await using (var engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], never.Task, token)), folder))
            {
                fileId = (await engine.UploadAsync("a.txt", "inside")).Id;
                taskId = (await engine.CreateAsync("Begin")).Id;
                await engine.WaitForAsync(taskId, AgentTaskStatus.Running);
                await engine.Tasks.SendMessageAsync(taskId, new SendMessage("First"));
                var sent = await engine.Tasks.SendMessageAsync(taskId, new SendMessage("Second") { Attachments = [fileId] });
                var queue = await engine.Tasks.ChangeQueuedAsync(taskId, sent.MessageId, new ChangeQueuedMessage { Text = "Second, changed", Position = 0 });
                Assert.Equal(fileId, Assert.Single(queue[0].Attachments!).Id);
            }

            await using var again = await Engine.StartAsync(directory: folder);
            await again.WaitForAsync(taskId, AgentTaskStatus.Completed);

            var read = (await again.Reader.ListMessagesAsync(taskId, 0, 50)).Single(message => message.Text == "Second, changed");
            Assert.Equal(fileId, Assert.Single(read.Attachments!).Id);
            Assert.Contains(again.Model.Calls.Last().SelectMany(message => message.Contents).OfType<TextContent>(), text => text.Text.Contains("inside", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task MessageToATaskThatHasEnded_AndARetry_ShowTheModelTheFilesAgain()
    {
        await using var engine = await Engine.StartAsync();
        var first = await engine.UploadAsync("a.txt", "alpha");
        var second = await engine.UploadAsync("b.txt", "beta");
        var task = await engine.CreateAsync("Begin", command => command with { Attachments = [first.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Go on") { Attachments = [second.Id] });
        await engine.WaitForAsync(task.Id, current => current is { RunCount: 2, Status: AgentTaskStatus.Completed });

        var told = string.Concat(engine.Model.Calls.Last().SelectMany(message => message.Contents).OfType<TextContent>().Select(text => text.Text));
        Assert.Contains("alpha", told, StringComparison.Ordinal);
        Assert.Contains("beta", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_TakesTheFilesOfTheTask_AndNoOthers()
    {
        await using var engine = await Engine.StartAsync();
        var mine = await engine.UploadAsync("a.txt", "a");
        var other = await engine.UploadAsync("b.txt", "b");
        var task = await engine.CreateAsync("Mine", command => command with { Attachments = [mine.Id] });
        await engine.CreateAsync("Other", command => command with { Attachments = [other.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        await engine.Tasks.DeleteAsync(task.Id, "you");

        Assert.Equal([other.Id], AttachmentFiles(engine.DataDirectory));
        Assert.Null(await engine.Attachments().FindAsync(mine.Id));
        Assert.NotNull(await engine.Attachments().FindAsync(other.Id));
    }
}

using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Attachments.AttachmentSamples;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Attachments;

/// <summary>What models are given of attachments: in the conversation, and through <c>read_attachment</c>.</summary>
public sealed class AttachmentToolTests
{
    [Fact]
    public async Task Tool_ReadsByNameOrId_AndSaysWhatItCannot()
    {
        await using var engine = await StartAsync(Calls(
            Call("read_attachment", ("name", "notes.txt")), Call("read_attachment", ("name", "NOTES.TXT"), ("start_line", 2)),
            Call("read_attachment", ("name", "pixel.png")), Call("read_attachment", ("name", "other.txt"))));
        var notes = await engine.UploadAsync("notes.txt", "one\ntwo\n");
        var pixel = await engine.Attachments().UploadAsync("pixel.png", Png);
        var task = await engine.CreateAsync("Work", command => command with { Attachments = [notes.Id, pixel.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var results = await ResultsAsync(engine, task.Id);
        Assert.Contains("one\ntwo", results);
        Assert.Contains("2\ttwo", results);
        Assert.Contains(results, text => text.Contains("\"pixel.png\" is an image (image/png", StringComparison.Ordinal));
        Assert.Contains(results, text => text.Contains("No file \"other.txt\" is attached. Attached are: notes.txt, pixel.png.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tool_IsNotThereWithoutAttachments_AndComesWithTheFirstOneWhileTheRunIsAtWork()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(
            SaysAfter(gate.Task, "First turn."), Calls(Call("read_attachment", ("name", "late.txt"))));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var late = await engine.UploadAsync("late.txt", "it came late");
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Read it") { Attachments = [late.Id] });
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["it came late"], await ResultsAsync(engine, task.Id));

        var without = await engine.CreateAsync("Without");
        await engine.WaitForAsync(without.Id, AgentTaskStatus.Completed);
        Assert.Contains("read_attachment", Assert.Single(await ResultsAsync(engine, without.Id)), StringComparison.Ordinal);
        Assert.DoesNotContain("No file", Assert.Single(await ResultsAsync(engine, without.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_ComesWithTheMessageThatContinuesATaskWhichHasEnded()
    {
        await using var engine = await StartAsync(Says("First turn."), Calls(Call("read_attachment", ("name", "late.txt"))));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var late = await engine.UploadAsync("late.txt", "it came late");

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Read it") { Attachments = [late.Id] });
        await engine.WaitForAsync(task.Id, current => current is { RunCount: 2, Status: AgentTaskStatus.Completed });

        Assert.Equal(["it came late"], await ResultsAsync(engine, task.Id));
    }

    [Fact]
    public async Task FileThatWasTakenBack_IsNobodysToRead()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(SaysAfter(gate.Task, "First turn."), Calls(Call("read_attachment", ("name", "secret.txt"))));
        var notes = await engine.UploadAsync("notes.txt", "open");
        var secret = await engine.UploadAsync("secret.txt", "closed");
        var task = await engine.CreateAsync("Work", command => command with { Attachments = [notes.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var sent = await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("And this") { Attachments = [secret.Id] });
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Go on"));
        await engine.Tasks.RemoveQueuedAsync(task.Id, sent.MessageId);
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Contains("No file \"secret.txt\" is attached. Attached are: notes.txt.", Assert.Single(await ResultsAsync(engine, task.Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongText_IsCutWithANote_AndAModelWithoutEyesIsToldOfImages()
    {
        await using var engine = await Engine.StartAsync();
        var text = await engine.UploadAsync("long.txt", $"{new string('a', 256 * 1024 - 1)}你 and more");
        var pixel = await engine.Attachments().UploadAsync("pixel.png", Png);
        var task = await engine.CreateAsync("Look", command => command with { Attachments = [text.Id, pixel.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var parts = engine.Model.Calls.First().Single(message => message.Role == ChatRole.User).Contents.Cast<TextContent>().Select(content => content.Text).ToList();
        Assert.EndsWith("aaa\n```\n[Only the first 256 KB of 256 KB stand here; read on with read_attachment.]", parts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\uFFFD", parts[1], StringComparison.Ordinal);
        Assert.Equal("The image pixel.png (70 bytes) is attached, but this model cannot see images.", parts[2]);
    }

    [Fact]
    public async Task ModelWithEyes_IsGivenTheImageItself_InEachCall()
    {
        await using var engine = await StartAsync(seesImages: true, Calls(Call("calculate", ("expression", "1+1"))));
        var pixel = await engine.Attachments().UploadAsync("pixel.png", Png);
        var task = await engine.CreateAsync("Work", command => command with { Attachments = [pixel.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(2, engine.Model.Calls.Count);
        Assert.All(engine.Model.Calls, call =>
        {
            var image = Assert.Single(call.SelectMany(message => message.Contents).OfType<DataContent>());
            Assert.Equal(("image/png", "pixel.png"), (image.MediaType, image.Name));
            Assert.Equal(Png, image.Data.ToArray());
        });
    }

    [Fact]
    public async Task Content_ThatIsGoneFromTheDisk_IsSaidAndStopsNothing()
    {
        await using var engine = await Engine.StartAsync();
        var notes = await engine.UploadAsync("notes.txt", "one");
        File.Delete(Path.Combine(engine.DataDirectory, "attachments", notes.Id));
        var task = await engine.CreateAsync("Work", command => command with { Attachments = [notes.Id] });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Contains(engine.Model.Calls.First().SelectMany(message => message.Contents).OfType<TextContent>(), text => text.Text.Contains("its content is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_OfAnotherTaskOfTheChat_AreNamedToOneThatJoins()
    {
        await using var engine = await Engine.StartAsync();
        var notes = await engine.UploadAsync("notes.txt", "one");
        var first = await engine.CreateAsync("Look", command => command with { Attachments = [notes.Id] });
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var second = await engine.CreateAsync("Join", command => command with { ChatId = first.ChatId });
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);

        Assert.Contains("User: Look [attached: notes.txt]", engine.Model.Calls.Last()[0].Text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> ResultsAsync(Engine engine, string taskId) =>
        [.. (await engine.Reader.ListEventsAsync(taskId, 0, 100)).Select(told => told.Data).OfType<ToolResultData>().Select(result => result.Content)];

    private static Task<Engine> StartAsync(params ScriptedModelProvider.Script[] steps) => StartAsync(seesImages: false, steps);

    private static Task<Engine> StartAsync(bool seesImages, params ScriptedModelProvider.Script[] steps) => Engine.StartAsync(model =>
    {
        model.SeesImages = seesImages;
        new AgentScript().For("Without", Calls(Call("read_attachment", ("name", "late.txt"))), Says("Done.")).For("Work", [.. steps, Says("Done.")]).Play(model);
    });
}

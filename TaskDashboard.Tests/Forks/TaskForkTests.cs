using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Forks;

/// <summary>On from a message in a new task: with exactly what was said until there, and the old one as it was.</summary>
public sealed class TaskForkTests
{
    private static ITaskForks Forks(Engine engine) => engine.Services.GetRequiredService<ITaskForks>();

    /// <summary>Asks, is answered with the help of a tool, asks again and is answered.</summary>
    private static void Script(ScriptedModelProvider model) => model
        .Then(Thought("A sum."), Text("I will see."), Call("call_1", "calculate", ("expression", "6 * 7")), Usage(100, 10))
        .Then(Text("It is 42."), Usage(120, 5))
        .Then(Text("It is blue."), Usage(150, 5))
        .Always((_, _, _) => Say("Another answer."));

    private static async Task<(AgentTask Task, IReadOnlyList<ChatEntry> Said)> TellAsync(Engine engine)
    {
        var task = await engine.CreateAsync("What is 6 * 7?", command => command with { Title = "Sums", Metadata = new Dictionary<string, string> { ["ticket"] = "42" }, Priority = 2 });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("And the sky?"));
        var ended = await engine.WaitForAsync(task.Id, one => one is { RunCount: 2, Status: AgentTaskStatus.Completed });
        return (ended, await engine.Reader.ListMessagesAsync(task.Id, 0, 100));
    }

    private static string Plain(IEnumerable<ChatMessage> messages) => string.Join('\n', messages.Where(message => message.Role != ChatRole.System).Select(message =>
        $"{message.Role}: {string.Join(" + ", message.Contents.Select(content => content switch
        {
            TextContent text => text.Text,
            TextReasoningContent thought => $"({thought.Text})",
            FunctionCallContent call => $"{call.CallId} {call.Name} {string.Join(',', call.Arguments!.Select(argument => $"{argument.Key}={argument.Value}"))}",
            FunctionResultContent result => $"{result.CallId} -> {result.Result}",
            _ => content.GetType().Name,
        }))}"));

    [Fact]
    public async Task Fork_GivesTheModelExactlyWhatWasSaidUntilThere_AndTheEdit_AndLeavesTheOldOneAsItWas()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        var before = await TaskRows.ReadAsync(engine.Store, origin.Id);
        var second = said.Last(entry => entry.Role == EntryRole.User);

        var made = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = second.MessageId, Text = "And the sea?" })).Task;
        var ended = await engine.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        var calls = engine.Model.Calls.ToList();
        Assert.Equal(Plain(calls[2]).Replace("And the sky?", "And the sea?", StringComparison.Ordinal), Plain(calls[3]));
        Assert.Equal(4, calls.Count);
        Assert.Equal((new TaskOrigin(OriginKind.Fork) { TaskId = origin.Id, MessageId = second.MessageId }, "Sums", 2, "42"), (ended.Origin, ended.Title, ended.Priority, ended.Metadata["ticket"]));
        Assert.NotEqual(origin.ChatId, ended.ChatId);
        Assert.True(ended.IsPrimary);
        Assert.Equal(before, await TaskRows.ReadAsync(engine.Store, origin.Id));
    }

    [Fact]
    public async Task Copied_HasIdsOfItsOwn_IsMarked_AndCountsAsNothing()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        var made = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = said.Last(entry => entry.Role == EntryRole.User).MessageId, Text = "And the sea?" })).Task;
        var ended = await engine.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        var copy = await engine.Reader.ListMessagesAsync(made.Id, 0, 100);
        Assert.Equal([.. said.Take(6).Select(entry => (entry.Role, entry.Text, entry.CallId, entry.CreatedAt)), (EntryRole.User, "And the sea?", null, copy[6].CreatedAt), (EntryRole.Assistant, "Another answer.", null, copy[7].CreatedAt)],
            copy.Select(entry => (entry.Role, entry.Text, entry.CallId, entry.CreatedAt)));
        Assert.Empty(copy.Select(entry => entry.MessageId).Intersect(said.Select(entry => entry.MessageId)));
        Assert.All(copy.Take(7), entry => Assert.Null(entry.RunId));
        var events = await engine.Reader.ListEventsAsync(made.Id, 0, 200);
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(one => (int)one.Seq));
        Assert.Equal([2, 3, 4, 5, 6, 7], events.Where(one => one.Data.Copied).Select(one => (int)one.Seq));
        Assert.Equal(["status", "message", "thought", "message", "tool_use", "tool_result", "message", "message"], events.Take(8).Select(one => one.Type));
        Assert.Equal((1, 10L, 1L), (ended.RunCount, ended.Usage.Input, ended.Usage.Output));
        Assert.All((await engine.Reader.FindRunAsync(ended.RunId!))!.Steps!, step => Assert.Equal(StepKind.Model, step.Kind));
        Assert.Contains("\"copied\":true", System.Text.Encoding.UTF8.GetString(events[1].Json.Span), StringComparison.Ordinal);
        Assert.Equal([origin.Id, made.Id], (await engine.Reader.ListAsync(new TaskQuery { Search = "blue" })).Items.Concat((await engine.Reader.ListAsync(new TaskQuery { Search = "see" })).Items).Select(task => task.Id).Distinct().Order());
        Assert.True((await engine.Services.GetRequiredService<Watchdog>().CheckAsync()).Healthy);
    }

    [Fact]
    public async Task ForkBehindAnAnswer_GoesOnThere_AndAForkOfAForkFromWhatItCopied()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        var answer = said.Single(entry => entry.Text == "It is 42.");

        var first = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = answer.MessageId, Text = "Half of it?" })).Task;
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        Assert.EndsWith("assistant: It is 42.\nuser: Half of it?", Plain(engine.Model.Calls.Last()), StringComparison.Ordinal);

        var copied = (await engine.Reader.ListMessagesAsync(first.Id, 0, 100)).Single(entry => entry.Text == "It is 42.");
        var second = (await Forks(engine).ForkAsync(new ForkTask { TaskId = first.Id, MessageId = copied.MessageId, Text = "Twice?" })).Task;
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        Assert.EndsWith("tool: call_1 -> 6 * 7 = 42\nassistant: It is 42.\nuser: Twice?", Plain(engine.Model.Calls.Last()), StringComparison.Ordinal);
        Assert.Equal(first.Id, second.Origin!.TaskId);
        Assert.Equal([first.Id], (await Forks(engine).ListAsync(origin.Id)).Select(task => task.Id));
        Assert.Equal([second.Id], (await Forks(engine).ListAsync(first.Id)).Select(task => task.Id));

        await engine.Tasks.SendMessageAsync(second.Id, new SendMessage("Thrice?"));
        await engine.WaitForAsync(second.Id, task => task is { RunCount: 2, Status: AgentTaskStatus.Completed });
        Assert.EndsWith("user: Twice?\nassistant: Another answer.\nuser: Thrice?", Plain(engine.Model.Calls.Last()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForkOfATaskThatWaits_LeavesTheOpenCallOut_AndAsksNobody()
    {
        await using var engine = await Engine.StartAsync(model => model
            .Then(Text("Let me ask."), Call("call_1", "ask_user", ("question", "Which?"), ("options", new[] { "a", "b" })))
            .Always((_, _, _) => Say("As you like.")));
        var origin = await engine.CreateAsync("Choose");
        await engine.WaitForAsync(origin.Id, AgentTaskStatus.Waiting);
        var said = (await engine.Reader.ListMessagesAsync(origin.Id, 0, 10)).Single(entry => entry.Role == EntryRole.Assistant);
        await engine.Tasks.SendMessageAsync(origin.Id, new SendMessage("Later"));
        var queued = (await engine.Tasks.ListQueuedAsync(origin.Id))[0];

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = queued.MessageId, Text = "Now" }));
        var made = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = said.MessageId, Text = "Take a." })).Task;
        await engine.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        Assert.Equal("message_not_read", refusal.Code);
        Assert.Equal("user: Choose\nassistant: Let me ask.\nuser: Take a.", Plain(engine.Model.Calls.Last()));
        Assert.Equal(AgentTaskStatus.Waiting, (await engine.Reader.FindAsync(origin.Id))!.Status);
        await engine.Tasks.CancelAsync(origin.Id, CancelScope.Tree, "you");
    }

    [Fact]
    public async Task OriginThatIsDeleted_LeavesTheForkWhole_WithItsFilesAndItsFolder()
    {
        await using var engine = await Engine.StartAsync(Script);
        var file = await engine.UploadAsync("notes.txt", "the ferry leaves at nine");
        var origin = await engine.CreateAsync("What is 6 * 7?", command => command with { Attachments = [file.Id] });
        await engine.WaitForAsync(origin.Id, AgentTaskStatus.Completed);
        Directory.CreateDirectory(Path.Join(origin.WorkDir, "sub"));
        await File.WriteAllTextAsync(Path.Join(origin.WorkDir, "sub", "a.txt"), "kept");
        File.CreateSymbolicLink(Path.Join(origin.WorkDir, "link"), "sub/a.txt");
        var answer = (await engine.Reader.ListMessagesAsync(origin.Id, 0, 100)).Single(entry => entry.Text == "It is 42.");
        var made = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = answer.MessageId, Text = "And?" })).Task;
        await engine.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        await engine.Tasks.DeleteAsync(origin.Id, "you");
        await engine.Tasks.SendMessageAsync(made.Id, new SendMessage("Still there?"));
        await engine.WaitForAsync(made.Id, task => task is { RunCount: 2, Status: AgentTaskStatus.Completed });

        Assert.Contains("the ferry leaves at nine", Plain(engine.Model.Calls.Last()), StringComparison.Ordinal);
        Assert.Single(AttachmentSamples.AttachmentFiles(engine.DataDirectory));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Join(made.WorkDir, "link")));
        Assert.NotEqual(origin.WorkDir, made.WorkDir);
        Assert.Empty(Directory.EnumerateFiles(Path.Join(engine.DataDirectory, "forks")));
    }

    [Fact]
    public async Task KeyThatComesAgain_GetsTheSameFork_AlsoWhenTheOriginIsGone()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        var command = new ForkTask { TaskId = origin.Id, MessageId = said[0].MessageId, Text = "Other", IdempotencyKey = "k" };
        var made = await Forks(engine).ForkAsync(command);
        await engine.WaitForAsync(made.Task.Id, AgentTaskStatus.Completed);
        await engine.Tasks.DeleteAsync(origin.Id, "you");

        var again = await Forks(engine).ForkAsync(command);
        var other = await Assert.ThrowsAsync<RefusedException>(() => Forks(engine).ForkAsync(command with { Text = "Else" }));

        Assert.Equal((made.Task.Id, true, false), (again.Task.Id, again.Existing, made.Existing));
        Assert.Equal("idempotency_key_reused", other.Code);
        Assert.Single((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }

    [Fact]
    public async Task AfterACrash_ThereIsTheWholeFork_AndOfOneThatWasNotStoredNothing()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        var made = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = said[^1].MessageId, Text = "On" })).Task;
        var left = engine.CopyAsLeftByAKill();
        var lost = Path.Join(left, "work", "task_lost");
        Directory.CreateDirectory(Path.Join(left, "forks"));
        foreach (var (taskId, folder) in new[] { ("task_lost", lost), (made.Id, Path.Join(left, "work", made.Id)) })
        {
            await File.WriteAllTextAsync(Path.Join(left, "forks", taskId), "");
            Directory.CreateDirectory(folder);
        }

        await using var next = await Engine.StartAsync(model => model.Always((_, _, _) => Say("On it.")), directory: left);
        await next.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        Assert.Equal([.. said.Select(entry => entry.Text), "On"], (await next.Reader.ListMessagesAsync(made.Id, 0, 100)).Take(said.Count + 1).Select(entry => entry.Text));
        Assert.Equal([made.Id], (await Forks(next).ListAsync(origin.Id)).Select(task => task.Id));
        Assert.False(Directory.Exists(lost));
        Assert.True(Directory.Exists(Path.Join(left, "work", made.Id)));
        Assert.Empty(Directory.EnumerateFiles(Path.Join(left, "forks")));
    }

    [Fact]
    public async Task WhatCannotBeForked_IsRefused_AndLeavesNothing()
    {
        await using var engine = await Engine.StartAsync(Script);
        var (origin, said) = await TellAsync(engine);
        async Task<RefusedException> RefusalAsync(ForkTask command) => await Assert.ThrowsAsync<RefusedException>(() => Forks(engine).ForkAsync(command));
        var good = new ForkTask { TaskId = origin.Id, MessageId = said[0].MessageId, Text = "On" };

        Assert.Equal("not_found", (await RefusalAsync(good with { TaskId = "task_none" })).Code);
        Assert.Equal("not_found", (await RefusalAsync(good with { MessageId = "msg_none" })).Code);
        Assert.Contains("text", (await RefusalAsync(good with { Text = " " })).Errors.Keys);
        Assert.Contains("model", (await RefusalAsync(good with { Model = "nobody/none" })).Errors.Keys);
        Assert.Equal("not_found", (await RefusalAsync(good with { AgentId = "agent_none" })).Code);
        Assert.Contains("message_id", (await RefusalAsync(good with { MessageId = said.Single(entry => entry.Role == EntryRole.ToolUse).MessageId })).Errors.Keys);
        Assert.Single((await engine.Reader.ListAsync(new TaskQuery())).Items);
    }
}

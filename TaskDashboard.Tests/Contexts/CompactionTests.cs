using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Contexts;

/// <summary>A conversation that nearly fills the model's window is summarised for the model, and stays whole for people.</summary>
public sealed class CompactionTests
{
    private const string Question = "close to the limit";

    private static readonly (string Key, string Value)[] SmallWindow =
        [("Context:Models:0:Model", "scripted/*"), ("Context:Models:0:Tokens", "10000")];

    [Fact]
    public async Task LongTurn_IsSummarised_AndTheModelIsSentTheSummaryInsteadOfWhatItStandsFor()
    {
        await using var engine = await Engine.StartAsync(model => Sums(model, 3).Then(Text("SUMMARY: three sums, all 2."), Usage(9_000, 20)).Then(Text("All done."), Usage(100, 5)), settings: SmallWindow);

        var task = await engine.WaitForAsync((await engine.CreateAsync("Add up for me")).Id, AgentTaskStatus.Completed);

        var calls = engine.Model.Calls.ToList();
        Assert.Equal(5, calls.Count);
        Assert.Contains(Question, calls[3][^1].Text, StringComparison.Ordinal);
        Assert.Equal(3, calls[3].Sum(message => message.Contents.OfType<FunctionResultContent>().Count()));
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.User], calls[4].Select(message => message.Role));
        Assert.Equal("Add up for me", calls[4][1].Text);
        Assert.StartsWith(ConversationMarks.Summary, calls[4][2].Text, StringComparison.Ordinal);
        Assert.Contains("SUMMARY: three sums, all 2.", calls[4][2].Text, StringComparison.Ordinal);

        // People have everything, and the summary where it was made; it is a step of the run, and what it used counts.
        var entries = await engine.Reader.ListMessagesAsync(task.Id, 0, 100);
        Assert.Equal(3, entries.Count(entry => entry.Role == EntryRole.ToolResult));
        Assert.Equal([EntryRole.Summary, EntryRole.Assistant], entries.TakeLast(2).Select(entry => entry.Role));
        var run = await engine.Reader.FindRunAsync(task.RunId!);
        Assert.Equal(5, run!.Steps!.Count(step => step.Kind == StepKind.Model));
        Assert.Equal(3 * 8_500 + 9_000 + 100, task.Usage.Input);
    }

    [Fact]
    public async Task LaterRun_GoesOnFromTheSummary_AsAfterARestart()
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-compaction-").FullName;
        string taskId;
        await using (var first = await Engine.StartAsync(model => Sums(model, 3).Then(Text("SUMMARY"), Usage(9_000, 20)).Then(Text("All done."), Usage(100, 5)), directory, settings: SmallWindow))
        {
            taskId = (await first.WaitForAsync((await first.CreateAsync("Add up for me")).Id, AgentTaskStatus.Completed)).Id;
        }

        await using var second = await Engine.StartAsync(model => model.Then(Text("Gladly."), Usage(100, 5)), directory, settings: SmallWindow);
        await second.Tasks.SendMessageAsync(taskId, new SendMessage("And once more"));
        await second.WaitForAsync(taskId, task => task is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        var sent = Assert.Single(second.Model.Calls);
        Assert.Equal(["Add up for me", "All done.", "And once more"], [sent[1].Text, sent[3].Text, sent[4].Text]);
        Assert.StartsWith(ConversationMarks.Summary, sent[2].Text, StringComparison.Ordinal);
        Assert.Equal(5, sent.Count);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task SummaryThatCannotBeHad_IsTold_AndTheRunGoesOnWithEverything()
    {
        await using var engine = await Engine.StartAsync(model => Sums(model, 3).Then(AgentScript.Fails("It is overloaded.")).Then(Text("All done."), Usage(9_000, 5)), settings: SmallWindow);

        var task = await engine.WaitForAsync((await engine.CreateAsync("Add up for me")).Id, AgentTaskStatus.Completed);

        Assert.Equal(3, engine.Model.Calls.Last().Sum(message => message.Contents.OfType<FunctionResultContent>().Count()));
        var entries = await engine.Reader.ListMessagesAsync(task.Id, 0, 100);
        Assert.Contains(entries, entry => entry.Role == EntryRole.Notice && entry.Text.Contains("could not be summarised", StringComparison.Ordinal) && entry.Text.Contains("overloaded", StringComparison.Ordinal));
        Assert.DoesNotContain(entries, entry => entry.Role == EntryRole.Summary);
    }

    [Fact]
    public async Task MessageThatInterruptsTheSummary_IsAnswered_AndNoHalfSummaryIsKept()
    {
        var begun = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => Sums(model, 3)
                .Then((_, _, token) =>
                {
                    begun.TrySetResult();
                    return SayThenWait(["Half a summ"], Task.Delay(Timeout.Infinite, token), token);
                })
                .Then(Text("SUMMARY"), Usage(9_000, 20))
                .Then(Text("Stopped adding."), Usage(100, 5)),
            settings: SmallWindow);
        var task = await engine.CreateAsync("Add up for me");
        await begun.Task.WaitAsync(Engine.Bound);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Enough", MessageMode.Interrupt));
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var entries = await engine.Reader.ListMessagesAsync(task.Id, 0, 100);
        Assert.Equal("SUMMARY", Assert.Single(entries, entry => entry.Role == EntryRole.Summary).Text);
        Assert.DoesNotContain(entries, entry => entry.Text.Contains("Half a summ", StringComparison.Ordinal));
        Assert.Equal("Enough", engine.Model.Calls.Last()[2].Text);
    }

    [Fact]
    public async Task UnknownWindow_IsNeverSummarised()
    {
        await using var engine = await Engine.StartAsync(model => Sums(model, 5).Then(Text("All done."), Usage(1_000_000, 5)));

        await engine.WaitForAsync((await engine.CreateAsync("Add up for me")).Id, AgentTaskStatus.Completed);

        Assert.DoesNotContain(engine.Model.Calls, sent => sent[^1].Text.Contains(Question, StringComparison.Ordinal));
    }

    /// <summary>Calls a tool so often, each time with nearly the whole window used.</summary>
    private static ScriptedModelProvider Sums(ScriptedModelProvider model, int count)
    {
        for (var index = 0; index < count; index++) model.Then(Call($"call{index}", "calculate", ("expression", $"1+{index}")), Usage(8_500, 10));
        return model;
    }
}

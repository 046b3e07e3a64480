using TaskDashboard.App.CommandLine;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>How a task looks on a terminal and in a pipe, whatever its model says.</summary>
public sealed class TranscriptTests
{
    private const string Evil = "\e]0;owned\a\e[2J[red]not markup[/] \u009b1mbold\u202e";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatAModelAndAToolSay_NeverControlsTheTerminal(bool terminal)
    {
        await using var app = await DashboardApplication.StartAsync(model => model
            .Then(ScriptedModelProvider.Thought(Evil), ScriptedModelProvider.Text(Evil), ScriptedModelProvider.Call("c1", "calculate", ("expression", Evil)))
            .Always((_, _, _) => ScriptedModelProvider.Say(Evil[..3], Evil[3..])));

        var result = (await (Cli.On(app) with { Terminal = terminal }).RunAsync("tasks", "add", $"Say {Evil}", "--title", Evil, "--watch")).Exited(ExitCodes.Fine);
        var list = (await (Cli.On(app) with { Terminal = terminal }).RunAsync("tasks", "list")).Exited(ExitCodes.Fine);

        Assert.All([result.Output, list.Output], output =>
        {
            // Throws at every sequence that is none of the program's own.
            var text = TerminalPicture.Of(output).Text;
            Assert.Contains("not markup", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u202e', output);
            if (!terminal) Assert.DoesNotContain('\e', output);
        });
    }

    [Fact]
    public async Task OnATerminal_TextStreamsInAndTheProgressLineIsGoneInTheEnd()
    {
        var gate = new TaskCompletionSource();
        var words = string.Join(' ', Enumerable.Range(1, 60).Select(number => $"word{number}"));
        await using var app = await DashboardApplication.StartAsync(model => model
            .Then(ScriptedModelProvider.Call("c1", "calculate", ("expression", "6 * 7")), ScriptedModelProvider.Usage(1000, 234))
            .Always((_, _, token) => ScriptedModelProvider.SayThenWait([words[..100], words[100..], "\n\nThe end."], gate.Task, token)));
        var cli = Cli.On(app) with { Terminal = true, Heard = text => { if (text.Contains("end.", StringComparison.Ordinal)) gate.TrySetResult(); } };

        var result = (await cli.RunAsync("tasks", "add", "Count", "--watch")).Exited(ExitCodes.Fine);

        var picture = TerminalPicture.Of(result.Output);
        var lines = picture.Text.Split('\n');
        Assert.True(picture.Colours > 0 && picture.Erasures > 0);
        Assert.Contains("● running", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("●", picture.Text, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(Cells.Width(line), 0, 80));
        Assert.Contains(words, string.Join(' ', lines), StringComparison.Ordinal);
        Assert.Single(lines, line => line == "The end.");
        Assert.Contains("> Count", lines);
        Assert.Matches(@"^✓ completed · 2 steps · 0:\d\d · 1,234 tokens$", lines[^1]);
    }

    [Fact]
    public async Task NoColor_OnATerminal_IsPlain()
    {
        await using var app = await DashboardApplication.StartAsync();

        var result = (await (Cli.On(app) with { Terminal = true, Variables = new() { ["NO_COLOR"] = "1" } }).RunAsync("tasks", "add", "Hello", "--watch")).Exited(ExitCodes.Fine);

        Assert.DoesNotContain('\e', result.Output + result.Error);
        Assert.Contains("✓ completed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATaskThatAsks_IsShownWithTheAddressWhereItIsAnswered()
    {
        await using var app = await DashboardApplication.StartAsync(model => model
            .Then(ScriptedModelProvider.Call("c1", "run_command", ("command", "git status"))).Always((_, _, _) => ScriptedModelProvider.Say("I see.")));
        using var interrupt = new CancellationTokenSource();
        var cli = Cli.On(app) with { Interrupted = interrupt.Token, Heard = text => { if (text.Contains("Answer it at", StringComparison.Ordinal)) interrupt.Cancel(); } };

        var result = (await cli.RunAsync("tasks", "add", "Look", "--watch")).Exited(ExitCodes.Interrupted);

        var task = Assert.Single((await app.GetJsonAsync("/api/tasks")).Items());
        Assert.Contains("git status", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{app.Address}chat?taskId={task.Id()}", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Models speak, think and speak on in one answer, and each of it is told as a whole only at the end.</summary>
    [Fact]
    public async Task TextsThatStreamBetweenEachOther_AreEachPrintedOnce()
    {
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            await TaskStreamTests.SnapshotAsync(context, "running", lastSeq: 0);
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 0, text = "The answer " });
            await StandInServer.FrameAsync(context, "thought_delta", new { message_id = "m2", offset = 0, text = "Is it so?" });
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 11, text = "is" });
            await TaskStreamTests.EventAsync(context, 1, "thought", new { message_id = "m2", text = "Is it so?" });
            await TaskStreamTests.EventAsync(context, 2, "message", new { message_id = "m1", role = "assistant", text = "The answer is 42." });
            await TaskStreamTests.EventAsync(context, 3, "status", new { status = "completed" });
            await StandInServer.FrameAsync(context, "end", new { type = "end" });
        });

        var result = (await new Cli { Url = server.Url, Terminal = true }.RunAsync("tasks", "watch", "task_0197c0de000070008000000000000009")).Exited(ExitCodes.Fine);

        Assert.Equal(["The answer", "Is it so?", "is", "42.", "✓ completed"], TerminalPicture.Of(result.Output).Text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    [Fact]
    public async Task TextThatWasStreamedDifferently_IsReplacedByTheMessage()
    {
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            await TaskStreamTests.SnapshotAsync(context, "running", lastSeq: 0);
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 0, text = "A draft that is " });
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 400, text = "behind a hole" });
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 2, text = "draft" });
            await TaskStreamTests.EventAsync(context, 1, "message", new { message_id = "m1", role = "assistant", text = "The whole message." });
            await TaskStreamTests.EventAsync(context, 2, "message", new { message_id = "m1", role = "assistant", text = "The whole message." });
            await TaskStreamTests.EventAsync(context, 3, "status", new { status = "completed" });
            await StandInServer.FrameAsync(context, "end", new { type = "end" });
        });

        var result = (await new Cli { Url = server.Url, Terminal = true }.RunAsync("tasks", "watch", "task_0197c0de000070008000000000000009")).Exited(ExitCodes.Fine);

        var lines = TerminalPicture.Of(result.Output).Text.Split('\n');
        Assert.Single(lines, line => line == "The whole message.");
        Assert.DoesNotContain("behind a hole", result.Output, StringComparison.Ordinal);
    }
}

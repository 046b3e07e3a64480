using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Commands;
using TaskDashboard.Core.Tools.Files;
using TaskDashboard.Tests.Tools;

namespace TaskDashboard.Tests.Providers;

/// <summary>Running tests, mending the line that they complain of, and running them again: a small project whose test looks at a greeting.</summary>
public sealed class BuiltinTestJourneyTests
{
    private readonly Dictionary<string, string> files = new()
    {
        ["demo/greeting.txt"] = "# Greeting\nHello, Wrold\nBye, Wrold",
        ["demo/test.sh"] = "…",
    };

    private string denial = "";
    private string? output;

    [Fact]
    public async Task Tests_AreFoundAndRun_TheLineIsFixed_AndTheyPass()
    {
        var talk = Talk();

        var said = await talk.SayAsync("run the tests in demo, then fix the failing line, then run the tests again");

        Assert.Equal(
            ["list_files demo", "run_command cd demo && sh test.sh", "read_file demo/greeting.txt", "edit_file demo/greeting.txt", "run_command cd demo && sh test.sh"],
            talk.Done);
        Assert.Equal("# Greeting\nHello, World\nBye, Wrold", files["demo/greeting.txt"]);
        Assert.Equal(("Hello, Wrold", "Hello, World"), (talk.Calls[3].Arguments!["old_text"], talk.Calls[3].Arguments!["new_text"]));
        Assert.Contains("In demo there is test.sh, so its tests are run by `sh test.sh`.", said, StringComparison.Ordinal);
        Assert.Contains("The tests do not pass (`cd demo && sh test.sh`)", said, StringComparison.Ordinal);
        Assert.Contains("The tests expected \"Hello, World\" at demo/greeting.txt:2 and found \"Hello, Wrold\". Edited demo/greeting.txt", said, StringComparison.Ordinal);
        Assert.Contains("```diff\n@@ -1,1 +1,1 @@\n-old\n+new\n```", said, StringComparison.Ordinal);
        Assert.EndsWith("The tests pass (`cd demo && sh test.sh`):\n\n```\nExit code 0.\nok\n```", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turns_OfTheirOwn_GoOnFromWhatWasRunBefore()
    {
        var talk = Talk();

        await talk.SayAsync("run the tests in demo");
        await talk.SayAsync("fix the failing line");
        var said = await talk.SayAsync("run the tests again");

        Assert.Equal(5, talk.Calls.Count);
        Assert.Equal(5, talk.Calls.Select(call => call.CallId).Distinct().Count());
        Assert.Contains("The tests pass", said, StringComparison.Ordinal);
        Assert.Contains("found nothing wrong, so there is no line to fix", await talk.SayAsync("fix it"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameLineTwice_IsFixedWhereTheTestPoints()
    {
        files["demo/greeting.txt"] = "# Greeting\nHello, Wrold\n# Again\nHello, Wrold";

        var talk = Talk();
        await talk.SayAsync("run the tests in demo, then fix the failing line");

        Assert.Equal("# Greeting\nHello, World\n# Again\nHello, Wrold", files["demo/greeting.txt"]);
    }

    [Fact]
    public async Task CommandThatAPersonDenies_EndsTheWorkThere()
    {
        denial = "Error: Denied by Ann: not on this machine.";

        var talk = Talk();
        var said = await talk.SayAsync("run the tests in demo, then fix the failing line, then run the tests again");

        Assert.Equal(["list_files demo", "run_command cd demo && sh test.sh"], talk.Done);
        Assert.EndsWith("Running the tests in demo was not allowed: Denied by Ann: not on this machine. I stopped there.", said, StringComparison.Ordinal);
        Assert.Contains("no result of a test run to go by", await talk.SayAsync("fix the failing line"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordOfAPersonBesideADenial_IsStillDone()
    {
        denial = "Error: Denied by Ann.";
        var talk = Talk();
        talk.Messages.Add(new ChatMessage(ChatRole.User, "run the tests in demo, then fix the failing line"));
        await talk.StepAsync();
        await talk.StepAsync();

        await talk.SayAsync("read demo/greeting.txt");

        Assert.Equal(["list_files demo", "run_command cd demo && sh test.sh", "read_file demo/greeting.txt"], talk.Done);
    }

    [Fact]
    public async Task Stop_BetweenLookingAndRunning_RunsNothing()
    {
        var talk = Talk();
        talk.Messages.Add(new ChatMessage(ChatRole.User, "run the tests in demo, then fix the failing line"));
        await talk.StepAsync();

        var said = await talk.SayAsync("stop");

        Assert.Equal(["list_files demo"], talk.Done);
        Assert.EndsWith("Stopped.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Exit code 1.\nSomething broke.", "could not work out which line to fix")]
    [InlineData("Exit code 1.\ntest.sh:4: expected \"a\" but found \"b\"", "test.sh:4, which is the test itself")]
    [InlineData("Exit code 1.\ngreeting.txt:2: expected \"a\" but found \"zzz\"", "line 2 of demo/greeting.txt is `Hello, Wrold`, in which \"zzz\" does not occur. I changed nothing.")]
    [InlineData("Exit code 1.\ngreeting.txt:2: expected \"a\" but found \"l\"", "\"l\" does not occur", "\"l\" occurs")]
    [InlineData("Exit code 1.\ngreeting.txt:99: expected \"a\" but found \"b\"", "demo/greeting.txt has no line 99")]
    [InlineData("Exit code 1.\nmissing.txt:2: expected \"a\" but found \"b\"", "Reading demo/missing.txt to find the failing line did not work")]
    [InlineData("Exit code 0.\nok", "found nothing wrong")]
    public async Task WhatCannotBeWorkedOut_IsSaid_AndNothingIsChanged(string result, params string[] told)
    {
        output = result;
        var before = files["demo/greeting.txt"];

        var talk = Talk();
        var said = await talk.SayAsync("run the tests in demo, then fix the failing line");

        Assert.Contains(told, one => said.Contains(one, StringComparison.Ordinal));
        Assert.DoesNotContain("edit_file", talk.Calls.Select(call => call.Name));
        Assert.Equal(before, files["demo/greeting.txt"]);
    }

    [Fact]
    public async Task FixWithoutTests_AndFolderWithoutTests_AreToldInWords()
    {
        Assert.Contains("I have run no tests here", await Talk().SayAsync("fix the failing line"), StringComparison.Ordinal);
        files.Remove("demo/test.sh");
        var talk = Talk();
        var said = await talk.SayAsync("run the tests in demo, then fix the failing line");
        Assert.Contains("I see no tests in demo that I know how to run", said, StringComparison.Ordinal);
        Assert.Contains("I have run no tests here", said, StringComparison.Ordinal);
        Assert.Equal(["list_files demo"], talk.Done);
    }

    [Fact]
    public async Task RealTools_RunARealTest_AndTheFixedLineMakesItPass()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new ToolFolder();
        folder.Write("my demo/greeting.txt", "# Greeting\r\nHello, Wrold\r\n");
        folder.Write("my demo/test.sh", """
            found=$(sed -n 2p greeting.txt | tr -d '\r')
            [ "$found" = "Hello, World" ] && echo passed && exit 0
            echo "greeting.txt:2: expected \"Hello, World\" but found \"$found\""
            exit 1
            """);
        var context = new ToolContext("task_1", folder.Root);
        var runner = new ProcessRunner("tests", TimeProvider.System, NullLogger<ProcessRunner>.Instance);
        var sandbox = new CommandSandbox(runner, Options.Create(new DashboardOptions { DataDirectory = folder.Outside }), TimeProvider.System, NullLogger<CommandSandbox>.Instance);
        var commands = new CommandToolSource(runner, sandbox, new CommandOutputs(folder.Root, 1 << 20));
        var talk = new BuiltinTalk([.. new FileToolSource().Create(context).Concat(commands.Create(context)).Select(tool => tool.Function)]);

        var said = await talk.SayAsync("run the tests in \"my demo\", then fix the failing line, then run the tests again");

        Assert.Equal("# Greeting\r\nHello, World\r\n", folder.Read("my demo/greeting.txt"));
        Assert.Contains("-Hello, Wrold\n+Hello, World\n```", said, StringComparison.Ordinal);
        Assert.EndsWith("The tests pass (`cd 'my demo' && sh test.sh`):\n\n```\nExit code 0.\npassed\n```", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingTools_AreSaid()
    {
        var talk = new BuiltinTalk([AIFunctionFactory.Create((string path = ".") => "test.sh", "list_files")]);
        Assert.StartsWith("Running the tests in demo is not possible: I was not given the tool run_command.", await talk.SayAsync("run the tests in demo"), StringComparison.Ordinal);
        Assert.Empty(talk.Calls);
    }

    private BuiltinTalk Talk() => new(
    [
        AIFunctionFactory.Create((string path = ".") => string.Join('\n', files.Keys.Where(name => name.StartsWith(path, StringComparison.Ordinal)).Select(name => $"{name[(path.Length + 1)..]} (20 bytes)")), "list_files"),
        AIFunctionFactory.Create((string path) => files.GetValueOrDefault(path, $"Error: There is no file \"{path}\"."), "read_file"),
        AIFunctionFactory.Create(Edit, "edit_file"),
        AIFunctionFactory.Create((string command) => Run(), "run_command"),
    ]);

    private string Edit(string path, string old_text, string new_text)
    {
        Assert.Equal(2, files[path].Split(old_text).Length);
        files[path] = files[path].Replace(old_text, new_text, StringComparison.Ordinal);
        return $"Edited {path}: 1 replacement, at line 2.\n\n@@ -1,1 +1,1 @@\n-old\n+new";
    }

    private string Run()
    {
        if (denial.Length > 0) return denial;
        if (output is not null) return output;
        var line = files["demo/greeting.txt"].Split('\n')[1];
        return line == "Hello, World" ? "Exit code 0.\nok" : $"Exit code 1.\ngreeting.txt:2: expected \"Hello, World\" but found \"{line}\"";
    }
}

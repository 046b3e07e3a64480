using System.CommandLine;
using TaskDashboard.App.CommandLine;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>What is a command, what help there is, and how a wrong one is answered. None of these reaches a server.</summary>
public sealed class CommandLineProgramTests
{
    [Theory]
    [InlineData("tasks", "list")]
    [InlineData("chats")]
    [InlineData("agents", "list")]
    [InlineData("triggers")]
    [InlineData("keys")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--version")]
    [InlineData("task", "list")]
    [InlineData("serve")]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("")]
    public void Arguments_ThatBeginWithAWordOrAskForHelp_AreACommand(params string[] arguments) => Assert.True(CommandLineProgram.IsCommand(arguments));

    [Theory]
    [InlineData()]
    [InlineData("--urls", "http://127.0.0.1:5080")]
    [InlineData("--TaskDashboard:DataDirectory=/tmp/x")]
    [InlineData("--environment=Production", "--help")]
    [InlineData("--environment", "Development")]
    [InlineData("--TaskDashboard:DataDirectory", "tasks")]
    [InlineData("-u", "http://127.0.0.1:5080")]
    [InlineData("/urls", "http://127.0.0.1:5080")]
    [InlineData("/urls=http://127.0.0.1:5080")]
    [InlineData("urls=http://127.0.0.1:5080", "tasks")]
    [InlineData("Tasks=1")]
    public void Arguments_OfTheServer_StartIt(params string[] arguments) => Assert.False(CommandLineProgram.IsCommand(arguments));

    [Theory]
    [InlineData("Did you mean: TaskDashboard.App tasks list", "task", "list")]
    [InlineData("Did you mean: TaskDashboard.App chats show", "chat", "show", "x")]
    [InlineData("Did you mean: TaskDashboard.App tasks", "Tasks", "--json")]
    [InlineData("Did you mean: TaskDashboard.App tasks", "taks")]
    [InlineData("Did you mean: TaskDashboard.App agents", "agnet")]
    [InlineData("Did you mean: TaskDashboard.App triggers run", "tirgger", "run", "\"Morning report\"")]
    [InlineData("Did you mean: TaskDashboard.App keys", "kyes")]
    [InlineData("There are tasks, chats, agents, triggers and keys;", "serve")]
    [InlineData("There are tasks, chats, agents, triggers and keys;", "add", "a task")]
    [InlineData("There are tasks, chats, agents, triggers and keys;", "")]
    [InlineData("There is no command \"td_…\"", "td_5up3rs3cr3tsecret")]
    public async Task MistypedNoun_IsTold_WithTheNearest_AndExitsWithTwo(string words, params string[] arguments)
    {
        var result = (await new Cli().RunAsync(arguments)).Exited(ExitCodes.Usage);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: There is no command ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("5up3r", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    /// <summary>A key in the wrong place must not end up in the log of a build.</summary>
    [Theory]
    [InlineData("tasks", "list", "--kye", "td_5up3rs3cr3tsecret")]
    [InlineData("tasks", "list", "td_5up3rs3cr3tsecret")]
    [InlineData("tasks", "list", "--key=td_5up3rs3cr3tsecret", "td_5up3rs3cr3tsecret")]
    public async Task KeyInAWrongPlace_IsNotRepeated(params string[] arguments)
    {
        var result = (await new Cli().RunAsync(arguments)).Exited(ExitCodes.Usage);

        Assert.Contains("td_…", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("5up3r", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCommand_HasADescriptionAndExamplesOfItsOwn()
    {
        var root = CommandLineProgram.CreateRoot(new CommandRunner(new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null, Input = TextReader.Null }));

        Assert.Equal(["tasks", "chats", "agents", "triggers", "keys"], root.Subcommands.Select(noun => noun.Name));
        Assert.All(root.Subcommands.SelectMany(noun => noun.Subcommands), command =>
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.All(command.Options.Concat<Symbol>(command.Arguments), symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"{command.Name} {symbol.Name}"));
            var examples = Assert.IsType<ExampledCommand>(command).Examples;
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.StartsWith($"{command.Parents.Single().Name} {command.Name}", example, StringComparison.Ordinal));
        });
    }

    /// <summary>An example that is not understood would be worse than none.</summary>
    [Fact]
    public void EveryExample_IsUnderstood()
    {
        var root = CommandLineProgram.CreateRoot(new CommandRunner(new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null, Input = TextReader.Null }));

        var examples = root.Subcommands.SelectMany(noun => noun.Subcommands).SelectMany(command => ((ExampledCommand)command).Examples);
        Assert.All(examples, example => Assert.Empty(root.Parse(example.Split([" | ", " < ", " > "], StringSplitOptions.None)[0]).Errors.Select(error => $"{example}: {error.Message}")));
    }

    [Theory]
    [InlineData("tasks", "add", "--help")]
    [InlineData("tasks", "clear", "-h")]
    [InlineData("--help")]
    public async Task Help_EndsWithExamplesAndExitCodes(params string[] arguments)
    {
        var help = (await new Cli().RunAsync(arguments)).Exited(ExitCodes.Fine);

        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
        Assert.Contains("TaskDashboard.App tasks", help.Output, StringComparison.Ordinal);
        Assert.Contains("130  interrupted", help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Theory]
    [InlineData("Required command", "tasks")]
    [InlineData("Unrecognized", "tasks", "lsit")]
    [InlineData("Required argument", "tasks", "add")]
    [InlineData("--colour", "tasks", "list", "--colour")]
    [InlineData("Cannot parse", "tasks", "add", "x", "--priority", "high")]
    [InlineData("needs a filter", "tasks", "clear")]
    [InlineData("needs a filter", "tasks", "clear", "--yes")]
    [InlineData("There is no status \"\"", "tasks", "clear", "--status", "", "--yes")]
    [InlineData("There is no status \"done\"", "tasks", "clear", "--status", "completed,done", "--yes")]
    [InlineData("--older-than", "tasks", "clear", "--older-than", "0d", "--yes")]
    [InlineData("The id of the chat is empty", "tasks", "clear", "--chat", "", "--yes")]
    [InlineData("key=value", "tasks", "add", "x", "--metadata", "novalue")]
    [InlineData("twice", "tasks", "add", "x", "--metadata", "a=1", "--metadata", "a=2")]
    [InlineData("interrupt", "tasks", "message", "task_1", "x", "--mode", "shout")]
    [InlineData("0 or more", "tasks", "watch", "task_1", "--after", "-1")]
    [InlineData("either --cron or --every", "triggers", "create", "x")]
    [InlineData("no address of a server", "tasks", "list", "--url", "ftp://example.com")]
    [InlineData("a user name or a password", "tasks", "list", "--url", "http://me:secret@127.0.0.1:1")]
    [InlineData("The key is no key", "tasks", "list", "--url", "http://127.0.0.1:1", "--key", "two words")]
    [InlineData("Standard input is empty", "tasks", "add", "-", "--url", "http://127.0.0.1:1")]
    public async Task WrongUse_IsTold_AndExitsWithTwo(string words, params string[] arguments)
    {
        var result = (await new Cli().RunAsync(arguments)).Exited(ExitCodes.Usage);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TaskDashboard.App.CommandLine;

/// <summary>The command line: the same program, asked for something instead of being started as a server.</summary>
internal static class CommandLineProgram
{
    /// <summary>How the program is called in examples.</summary>
    public const string Name = "TaskDashboard.App";

    private static readonly string[] OnItsOwn = ["--help", "-h", "-?", "--version"];

    private static readonly Func<CommandRunner, Command>[] Nouns =
        [TaskCommands.Create, ChatCommands.Create, AgentCommands.Create, TriggerCommands.Create, KeyCommands.Create];

    /// <summary>
    /// True for arguments that ask for a command, also for one that there is not: a slip must not start a server. What begins with <c>-</c> or <c>/</c>, or
    /// holds <c>=</c>, is a setting of the server.
    /// </summary>
    public static bool IsCommand(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && (OnItsOwn.Contains(arguments[0], StringComparer.Ordinal) || IsNoun(arguments[0]));

    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around, CancellationToken cancellationToken = default)
    {
        var runner = new CommandRunner(around);
        var root = CreateRoot(runner);

        if (arguments.Count > 0 && IsNoun(arguments[0]) && !root.Subcommands.Any(noun => noun.Name == arguments[0]))
        {
            runner.Screen.Error(UnknownNoun.Refuse(arguments, [.. root.Subcommands.Select(noun => noun.Name)]));
            return ExitCodes.Usage;
        }

        // A message may begin with @ or with -: neither is a file of answers or a bundle of options here.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors) runner.Screen.Note($"error: {GivenKey.HideIn(error.Message)}");
            runner.Screen.Note($"Run \"{PathOf(parsed.CommandResult.Command)} --help\" for how it is written, with examples.");
            return ExitCodes.Usage;
        }

        // Commands answer Ctrl+C at once; a request that is under way is let go.
        var invocation = new InvocationConfiguration { Output = around.Output, Error = around.Error, ProcessTerminationTimeout = TimeSpan.FromSeconds(2), EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (IOException) when (!around.OutputIsTerminal)
        {
            // Whoever read the output has gone, as "head" does: there is nobody to tell.
            return ExitCodes.Refused;
        }
        catch (Exception defect)
        {
            await around.Error.WriteLineAsync($"A defect of this program: {GivenKey.HideIn(defect.ToString())}");
            return ExitCodes.Refused;
        }
    }

    public static RootCommand CreateRoot(CommandRunner runner)
    {
        var root = new RootCommand($"""
            TaskDashboard: tasks for AI agents that outlive the tab.

            Without a command it starts the server ({Name} --urls http://127.0.0.1:5080). With one it asks the server that is running: --url, or
            else TASKDASHBOARD_URL, or else the server of the configured data directory, or else the address in the settings.
            """);
        foreach (var noun in Nouns) root.Add(noun(runner));
        foreach (var option in ServerOptions.All) root.Add(option);
        var help = root.Options.OfType<HelpOption>().Single();
        var usual = (HelpAction)help.Action!;
        usual.MaxWidth = runner.Around.OutputIsTerminal ? runner.Around.Width() : int.MaxValue;
        help.Action = new HelpWithExamples(usual);
        return root;
    }

    private static bool IsNoun(string argument) => !argument.StartsWith('-') && !argument.StartsWith('/') && !argument.Contains('=', StringComparison.Ordinal);

    private static string PathOf(Command command)
    {
        var words = new List<string>();
        for (var part = command; part is not RootCommand and not null; part = part.Parents.OfType<Command>().FirstOrDefault()) words.Insert(0, part.Name);
        return string.Join(' ', [Name, .. words]);
    }
}

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

    private static readonly string[] NounNames = ["tasks", "chats", "agents", "triggers", "keys"];

    /// <summary>True for arguments that ask for a command; everything else starts the server.</summary>
    public static bool IsCommand(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && (NounNames.Contains(arguments[0], StringComparer.Ordinal) || OnItsOwn.Contains(arguments[0], StringComparer.Ordinal));

    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around, CancellationToken cancellationToken = default)
    {
        var runner = new CommandRunner(around);
        var root = CreateRoot(runner);

        // A message may begin with @ or with -: neither is a file of answers or a bundle of options here.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors) runner.Screen.Note($"error: {error.Message}");
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
            await around.Error.WriteLineAsync($"A defect of this program: {defect}");
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

    private static string PathOf(Command command)
    {
        var words = new List<string>();
        for (var part = command; part is not RootCommand and not null; part = part.Parents.OfType<Command>().FirstOrDefault()) words.Insert(0, part.Name);
        return string.Join(' ', [Name, .. words]);
    }
}

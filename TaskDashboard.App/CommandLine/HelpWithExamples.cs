using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TaskDashboard.App.CommandLine;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">Its word.</param>
/// <param name="description">What it does, in one sentence.</param>
/// <param name="examples">Without the program's name.</param>
internal sealed class ExampledCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, then the examples of the command and what the exit codes mean.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly string[] First =
    [
        """tasks add "read README.md, then count its words" --watch""", "tasks list --status running,waiting", "tasks watch 3f9c1e", "tasks --help",
    ];

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var examples = command switch
        {
            ExampledCommand exampled => exampled.Examples,
            RootCommand => First,
            _ => [.. command.Subcommands.OfType<ExampledCommand>().SelectMany(one => one.Examples.Take(1))],
        };
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  {CommandLineProgram.Name} {example}");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (number, meaning) in ExitCodes.All) output.WriteLine($"  {number,3}  {meaning}");
        output.WriteLine();
        return code;
    }
}

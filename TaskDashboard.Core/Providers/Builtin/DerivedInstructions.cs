using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// Instructions of which the calls follow from what earlier calls brought back: running the tests of a folder that has to be looked at first, and mending
/// the line that they complain of. Goes along while the rounds of a turn are walked through, and is made anew for each answer.
/// </summary>
internal sealed class DerivedInstructions(BuiltinTurn turn, IReadOnlyDictionary<string, AIFunctionDeclaration> tools)
{
    private CommandOutcome? lastCommand = turn.CommandBefore;
    private string listing = "";
    private string content = "";
    private bool isMissing;

    /// <summary>The rounds that stand for a round now that everything before it is known; null when it stands for itself.</summary>
    public IReadOnlyList<InstructionRound>? Expand(InstructionRound round)
    {
        if (!round.Instructions.Any(IsDerived)) return null;
        // What depends on results cannot begin together with what brings them.
        if (round.Instructions.Count > 1) return [.. round.Instructions.Select(instruction => round with { Instructions = [instruction] })];
        return [.. Steps(round.Instructions[0]).Select(step => round with { Instructions = [step] })];
    }

    /// <summary>Takes notice of what a call brought back.</summary>
    public void Note(Instruction instruction, string result)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Run or InstructionKind.Test: lastCommand = new CommandOutcome(instruction.Subject, result); break;
            case InstructionKind.LookForTests: listing = result; break;
            case InstructionKind.ReadFailing: content = result; break;
        }

        if (instruction.OrAttached) isMissing = InstructionReport.IsFailure(result) && !InstructionReport.IsDenied(result);
    }

    private bool IsDerived(Instruction instruction) =>
        instruction.Kind is InstructionKind.RunTests or InstructionKind.RunTestsAgain or InstructionKind.StartTests or InstructionKind.FixLine or InstructionKind.MendLine
            or InstructionKind.AttachedInstead or InstructionKind.AttachedFiles || MayMeanAttached(instruction);

    /// <summary>It names a file as an attached one is called. One in the work folder comes first.</summary>
    private bool MayMeanAttached(Instruction instruction) =>
        instruction is { Kind: InstructionKind.ReadFile or InstructionKind.Summarise or InstructionKind.Count, IsAttached: false, OrAttached: false }
        && tools.ContainsKey("read_attachment") && turn.Attached.Contains(instruction.Path, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<Instruction> Steps(Instruction instruction) => instruction.Kind switch
    {
        InstructionKind.RunTests => LookAndRun(instruction.Path),
        InstructionKind.RunTestsAgain => lastCommand is { } last && TestCommand.IsOne(last.Command)
            ? [new Instruction(InstructionKind.Test, last.Command, TestCommand.FolderOf(last.Command))]
            : LookAndRun(instruction.Path),
        InstructionKind.StartTests => !InstructionReport.IsFailure(listing) && TestCommand.Find(listing) is { } way
            ? [new Instruction(InstructionKind.Test, TestCommand.In(instruction.Path, way.Command), instruction.Path)]
            : [],
        InstructionKind.FixLine => ReadAndMend(),
        InstructionKind.AttachedInstead => isMissing ? [instruction.Instead!] : [],
        InstructionKind.AttachedFiles => turn.Attached.Count == 0
            ? [Told("No file is attached. Add one with the paper clip beside the text.")]
            : turn.Attached.Distinct(StringComparer.Ordinal).Select(name => new Instruction(InstructionKind.ReadFile, Path: name) { IsAttached = true }),
        _ when MayMeanAttached(instruction) => LookInBoth(instruction),
        _ => Mend(instruction),
    };

    private IEnumerable<Instruction> LookInBoth(Instruction instruction)
    {
        var attached = instruction with { IsAttached = true };
        return tools.ContainsKey(InstructionCall.ToolFor(instruction, tools)!)
            ? [instruction with { OrAttached = true }, new Instruction(InstructionKind.AttachedInstead) { Instead = attached }]
            : [attached];
    }

    private IEnumerable<Instruction> LookAndRun(string folder)
    {
        if (!tools.ContainsKey("run_command")) return [new Instruction(InstructionKind.Test, Path: folder)];
        var look = new Instruction(InstructionKind.LookForTests, Path: folder);
        return tools.ContainsKey("list_files") ? [look, new Instruction(InstructionKind.StartTests, Path: folder)] : [look];
    }

    private IEnumerable<Instruction> ReadAndMend()
    {
        if (lastCommand is not { } last) return [Told("There is nothing to fix that I know of: I have run no tests here. Ask me to `run the tests in` a folder first.")];
        if (InstructionReport.IsFailure(last.Result)) return [Told("I have no result of a test run to go by, so I changed nothing.")];
        if (last.Result.StartsWith("Exit code 0.", StringComparison.Ordinal)) return [Told($"`{last.Command}` found nothing wrong, so there is no line to fix.")];
        if (TestFailure.Find(last.Result) is not { } failure)
        {
            return [Told("I could not work out which line to fix: the output names no `path:line` together with what was expected and what was found there. I changed nothing.")];
        }

        if (failure.IsInTest)
        {
            return [Told($"The output points to {failure.Path}:{failure.Line}, which is the test itself (it expected \"{failure.Expected}\" and got \"{failure.Found}\"). Where in the source that comes from I could not work out, so I changed nothing.")];
        }

        if (!tools.ContainsKey("edit_file")) return [new Instruction(InstructionKind.Mend, Path: failure.Path)];
        var path = PathOf(failure, last);
        var read = new Instruction(InstructionKind.ReadFailing, Path: path);
        return tools.ContainsKey("read_file") ? [read, new Instruction(InstructionKind.MendLine, Path: path)] : [read];
    }

    private IEnumerable<Instruction> Mend(Instruction instruction)
    {
        if (InstructionReport.IsFailure(content) || lastCommand is not { } last || TestFailure.Find(last.Result) is not { } failure) return [];
        var repair = LineRepair.Of(failure, instruction.Path, content);
        var said = $"The tests expected \"{failure.Expected}\" at {instruction.Path}:{failure.Line} and found \"{failure.Found}\"";
        return repair.Problem is { } problem
            ? [Told($"{said}, but {problem} I changed nothing.")]
            : [new Instruction(InstructionKind.Mend, repair.OldText, instruction.Path, repair.NewText) { Because = $"{said}." }];
    }

    private static Instruction Told(string text) => new(InstructionKind.Echo, text);

    /// <summary>A command names files from where it ran.</summary>
    private static string PathOf(TestFailure failure, CommandOutcome command)
    {
        var path = failure.Path.StartsWith("./", StringComparison.Ordinal) ? failure.Path[2..] : failure.Path;
        var folder = TestCommand.FolderOf(command.Command).TrimEnd('/');
        return folder.Length == 0 || Path.IsPathRooted(path) || path.StartsWith($"{folder}/", StringComparison.Ordinal) ? path : $"{folder}/{path}";
    }
}

/// <summary>A command that was run, and what came of it.</summary>
/// <param name="Command">As the shell got it.</param>
/// <param name="Result">What the tool said.</param>
internal sealed record CommandOutcome(string Command, string Result);

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>Says what a tool call brought back, and what is about to be done.</summary>
internal static partial class InstructionReport
{
    private const int MostLines = 60;
    private const int MostCharacters = 6_000;
    private const string FailureMark = "Error:";
    private const string DenialMark = "Error: Denied";
    private const string DiffMark = "\n\n@@ ";
    private const string Passed = "Exit code 0.";

    /// <summary>Whether a call did not do what it was to do.</summary>
    public static bool IsFailure(string result) => result.StartsWith(FailureMark, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether somebody did not allow a call.</summary>
    public static bool IsDenied(string result) => result.StartsWith(DenialMark, StringComparison.OrdinalIgnoreCase);

    /// <summary>The result of one instruction, as markdown.</summary>
    public static string Of(Instruction instruction, string tool, string result)
    {
        if (IsDenied(result)) return $"{Doing(instruction)} was not allowed: {result[FailureMark.Length..].Trim().TrimEnd('.')}. I stopped there.";
        if (IsFailure(result) && instruction.OrAttached) return $"There is no {instruction.Path} in the work folder, so the attached one it is.";
        if (IsFailure(result))
        {
            return $"{Doing(instruction)} did not work: {result[FailureMark.Length..].Trim()}";
        }

        var place = instruction.Path.Length == 0 || instruction.Path == "." ? "the work folder" : instruction.Path;
        return instruction.Kind switch
        {
            InstructionKind.ListFiles => $"The files in {place}:\n\n{Block(result)}",
            InstructionKind.ReadFile => $"**{instruction.Path}** ({ExtractiveSummary.Count(result)}):\n\n{Block(result, LanguageOf(instruction.Path))}",
            InstructionKind.Summarise => ExtractiveSummary.Of(instruction.Path, result),
            InstructionKind.Search => $"Lines with \"{instruction.Subject}\" in {place}:\n\n{Block(result)}",
            InstructionKind.Count when tool is "read_file" or "read_attachment" => $"{instruction.Path} has {ExtractiveSummary.Count(result)}.",
            InstructionKind.Calculate => result.Contains('=', StringComparison.Ordinal) ? result.Trim() : $"{instruction.Subject} = {result.Trim()}",
            InstructionKind.Run => $"`{instruction.Subject}` ended with:\n\n{Block(result)}",
            InstructionKind.LookForTests => TestCommand.Find(result) is { } way
                ? $"In {place} there is {way.File}, so its tests are run by `{way.Command}`."
                : $"I see no tests in {place} that I know how to run: there is no test.sh, Makefile, package.json, .NET project or Python test.",
            InstructionKind.Test => $"{(result.StartsWith(Passed, StringComparison.Ordinal) ? "The tests pass" : "The tests do not pass")} (`{instruction.Subject}`):\n\n{Block(result)}",
            InstructionKind.ReadFailing => $"Read {instruction.Path} ({ExtractiveSummary.Count(result)}).",
            InstructionKind.Mend => $"{instruction.Because} {Changed(result)}",
            InstructionKind.Edit or InstructionKind.Write => Changed(result),
            InstructionKind.FindFiles => $"Files like {instruction.Subject} in {place}:\n\n{Block(result)}",
            InstructionKind.Fetch => $"What is at {instruction.Path}:\n\n{Block(result)}",
            InstructionKind.Plan => $"The plan:\n\n{Block(result)}",
            InstructionKind.Ask => $"You answered: {result.Trim()}",
            InstructionKind.ListTasks => $"My tasks:\n\n{Block(result)}",
            _ => result.Trim().Length == 0 ? $"{Doing(instruction)}: done." : result.Trim(),
        };
    }

    /// <summary>The thought before a round, such as "Reading README.md, then summarising it."</summary>
    public static string Thought(IReadOnlyList<Instruction> instructions) =>
        instructions.Count == 1 ? $"{Doing(instructions[0])}." : $"{string.Join(", ", instructions.Select((one, index) => index == 0 ? Doing(one) : Lower(Doing(one))))}: all of it in parallel.";

    /// <summary>What the instruction does, as the beginning of a sentence.</summary>
    public static string Doing(Instruction instruction) => instruction.Kind switch
    {
        InstructionKind.ListFiles => instruction.Path.Length == 0 ? "Listing the files" : $"Listing the files in {instruction.Path}",
        InstructionKind.ReadFile => $"Reading {File(instruction)}",
        InstructionKind.Search => $"Searching for \"{Short(instruction.Subject)}\"{(instruction.Path.Length == 0 ? "" : $" in {instruction.Path}")}",
        InstructionKind.Write => $"Writing {instruction.Path}",
        InstructionKind.Edit => $"Editing {instruction.Path}",
        InstructionKind.Count => $"Counting {(instruction.Subject.Length == 0 ? "the text" : instruction.Subject)} in {File(instruction)}",
        InstructionKind.Calculate => $"Calculating {Short(instruction.Subject)}",
        InstructionKind.Wait => string.Create(CultureInfo.InvariantCulture, $"Waiting {instruction.Amount} s"),
        InstructionKind.Run => $"Running {Short(instruction.Subject)}",
        InstructionKind.Ask => "Asking you a question",
        InstructionKind.Spawn => $"Starting a task{(instruction.Path.Length == 0 ? "" : $" called {instruction.Path}")}",
        InstructionKind.Tell => $"Telling {instruction.Path}",
        InstructionKind.CancelTask => $"Stopping the task {instruction.Path}",
        InstructionKind.WaitForTasks => instruction.Path.Length == 0 ? "Waiting for my tasks" : $"Waiting for {instruction.Path}",
        InstructionKind.ListTasks => "Listing my tasks",
        InstructionKind.Summarise => $"Reading {File(instruction)}, then summarising it",
        InstructionKind.FindFiles => $"Finding {Short(instruction.Subject)}{(instruction.Path.Length == 0 ? "" : $" in {instruction.Path}")}",
        InstructionKind.Fetch => $"Fetching {Short(instruction.Path)}",
        InstructionKind.Plan => "Making a plan",
        InstructionKind.LookForTests => $"Looking for the tests in {(instruction.Path.Length == 0 ? "the work folder" : instruction.Path)}",
        InstructionKind.Test => $"Running the tests{(instruction.Path.Length == 0 ? "" : $" in {instruction.Path}")}",
        InstructionKind.ReadFailing => $"Reading {instruction.Path} to find the failing line",
        InstructionKind.Mend => $"Fixing the failing line in {instruction.Path}",
        _ => Short(instruction.Subject),
    };

    /// <summary>What a change of a file says, with its diff as a block.</summary>
    private static string Changed(string result)
    {
        var text = result.Trim();
        var diff = text.IndexOf(DiffMark, StringComparison.Ordinal);
        return diff < 0 ? text : $"{text[..diff]}\n\n{Block(text[(diff + 2)..], "diff")}";
    }

    private static string File(Instruction instruction) => instruction.IsAttached ? $"the attached {instruction.Path}" : instruction.Path;

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 79), "…");

    /// <summary>A result as a block, with a fence that it does not hold itself, cut where nobody would read on.</summary>
    private static string Block(string written, string language = "")
    {
        var result = TerminalCodes().Replace(written, "");
        var lines = result.TrimEnd().Split('\n');
        var block = new StringBuilder();
        var shown = 0;
        while (shown < lines.Length && shown < MostLines && block.Length + lines[shown].Length <= MostCharacters) block.Append(lines[shown++]).Append('\n');
        if (shown == 0 && lines[0].Length > 0)
        {
            block.Append(lines[0].AsSpan(0, Math.Min(lines[0].Length, MostCharacters))).Append("…\n");
            shown = 1;
        }

        var fence = "```";
        while (result.Contains(fence, StringComparison.Ordinal)) fence += "`";
        var rest = lines.Length - shown;
        return $"{fence}{language}\n{block}{fence}{(rest > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n\n… and {rest:N0} more lines.") : "")}";
    }

    /// <summary>What a block of the file is called, so that it is coloured: its ending; nothing for prose.</summary>
    private static string LanguageOf(string path) =>
        Path.GetExtension(path) is ['.', .. { Length: <= 10 } ending] && ending.All(char.IsAsciiLetterOrDigit) && ending.ToLowerInvariant() is not ("txt" or "md" or "log") ? ending : "";

    /// <summary>Colours and the like, which only a terminal shows.</summary>
    [GeneratedRegex(@"\x1B\[[0-9;:?]*[ -/]*[@-~]")]
    private static partial Regex TerminalCodes();
}

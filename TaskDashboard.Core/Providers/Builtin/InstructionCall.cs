using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>Turns an instruction into a call of a tool that is offered, with the names that the tool gives its arguments.</summary>
internal static class InstructionCall
{
    /// <summary>Other names of the arguments, for tools that are not this program's own.</summary>
    private static readonly Dictionary<string, string[]> OtherNames = new()
    {
        ["path"] = ["file_path", "file", "filename", "file_name", "directory", "dir", "folder"],
        ["pattern"] = ["query", "text", "regex", "search"],
        ["content"] = ["text", "contents", "body"],
        ["old_text"] = ["old_string", "old", "search", "find"],
        ["new_text"] = ["new_string", "new", "replace", "replacement"],
        ["expression"] = ["expr", "formula", "input"],
        ["seconds"] = ["duration", "duration_seconds", "delay"],
        ["command"] = ["cmd", "script"],
        ["question"] = ["prompt", "text", "message"],
        ["options"] = ["choices", "answers"],
        ["glob"] = ["pattern", "name"],
        ["url"] = ["address", "uri", "link"],
    };

    private const string RegexMarks = @"\*+?|{}[]()^$.";

    /// <summary>The tool that carries the instruction out; null when it needs none.</summary>
    public static string? ToolFor(Instruction instruction, IReadOnlyDictionary<string, AIFunctionDeclaration> offered) => instruction.Kind switch
    {
        _ when instruction.IsAttached => "read_attachment",
        InstructionKind.ListFiles or InstructionKind.LookForTests => "list_files",
        InstructionKind.ReadFile or InstructionKind.Summarise or InstructionKind.ReadFailing => "read_file",
        InstructionKind.Search => "search_files",
        InstructionKind.Write => "write_file",
        InstructionKind.Edit or InstructionKind.Mend => "edit_file",
        InstructionKind.Count => offered.ContainsKey("count_text") || !offered.ContainsKey("read_file") ? "count_text" : "read_file",
        InstructionKind.Calculate => "calculate",
        InstructionKind.Wait => "wait",
        InstructionKind.Run or InstructionKind.Test => "run_command",
        InstructionKind.Ask => "ask_user",
        InstructionKind.Spawn => "spawn_task",
        InstructionKind.Tell => "send_message",
        InstructionKind.CancelTask => "cancel_task",
        InstructionKind.WaitForTasks => "wait_for_tasks",
        InstructionKind.ListTasks => "list_tasks",
        InstructionKind.FindFiles => "find_files",
        InstructionKind.Fetch => "fetch_url",
        InstructionKind.Plan => "update_plan",
        _ => null,
    };

    public static FunctionCallContent Make(Instruction instruction, AIFunctionDeclaration tool, string callId)
    {
        var arguments = new Dictionary<string, object?>();
        foreach (var (name, value) in Arguments(instruction, tool)) arguments[NameIn(tool, name)] = value;
        return new FunctionCallContent(callId, tool.Name, arguments);
    }

    /// <summary>What a call says for an argument, by whichever of its names; null when it says nothing.</summary>
    public static string? Argument(IDictionary<string, object?> arguments, string name) =>
        OtherNames.GetValueOrDefault(name, []).Prepend(name).Select(one => arguments.TryGetValue(one, out var value) ? value?.ToString() : null).FirstOrDefault(value => value is not null);

    private static IEnumerable<(string Name, object Value)> Arguments(Instruction instruction, AIFunctionDeclaration tool)
    {
        var path = instruction.Path;
        return instruction.Kind switch
        {
            _ when instruction.IsAttached => [("name", path)],
            InstructionKind.ListFiles or InstructionKind.LookForTests => [("path", path.Length == 0 ? "." : path)],
            InstructionKind.Search => path.Length == 0
                ? [("pattern", Literal(instruction.Subject))]
                : [("pattern", Literal(instruction.Subject)), ("path", path)],
            InstructionKind.Write => [("path", path), ("content", instruction.Subject)],
            InstructionKind.Edit or InstructionKind.Mend => [("path", path), ("old_text", instruction.Subject), ("new_text", instruction.Replacement)],
            InstructionKind.Calculate => [("expression", instruction.Subject)],
            InstructionKind.Wait => [("seconds", Whole(instruction.Amount))],
            InstructionKind.Run or InstructionKind.Test => [("command", instruction.Subject)],
            InstructionKind.Ask when instruction.Items.Count == 0 => [("question", instruction.Subject)],
            InstructionKind.Ask when Has(tool, "options") => [("question", instruction.Subject), ("options", instruction.Items.ToArray())],
            InstructionKind.Ask => [("question", $"{instruction.Subject} ({string.Join(", ", instruction.Items)})")],
            InstructionKind.FindFiles => path.Length == 0 ? [("glob", instruction.Subject)] : [("glob", instruction.Subject), ("path", path)],
            InstructionKind.Fetch => [("url", path)],
            InstructionKind.Plan => [("steps", instruction.Items.Select(Step).ToArray())],
            InstructionKind.Spawn => path.Length == 0 ? [("message", instruction.Subject)] : [("message", instruction.Subject), ("name", path)],
            InstructionKind.Tell => [("to", path), ("message", instruction.Subject)],
            InstructionKind.CancelTask => [("task", path)],
            InstructionKind.WaitForTasks => path.Length == 0 ? [] : [("tasks", path)],
            InstructionKind.ListTasks => [],
            _ => [("path", path)],
        };
    }

    /// <summary>A step of a plan; the marks by which plans are shown are understood as well.</summary>
    private static Dictionary<string, object?> Step(string item)
    {
        var status = item switch { ['[', 'x' or 'X', ']', ..] => "done", ['[', '>', ']', ..] => "in_progress", _ => "pending" };
        return new() { ["text"] = item is ['[', 'x' or 'X' or '>' or ' ', ']', ..] ? item[3..].Trim() : item, ["status"] = status };
    }

    /// <summary>The argument's name in the tool's schema; ours when the schema has neither it nor one of its other names.</summary>
    private static string NameIn(AIFunctionDeclaration tool, string name) => Find(tool, name) ?? name;

    /// <summary>Whether the tool takes such an argument, as far as it says.</summary>
    private static bool Has(AIFunctionDeclaration tool, string name) => Properties(tool) is null || Find(tool, name) is not null;

    private static string? Find(AIFunctionDeclaration tool, string name) =>
        Properties(tool) is { } properties ? OtherNames.GetValueOrDefault(name, []).Prepend(name).FirstOrDefault(other => properties.TryGetProperty(other, out _)) : null;

    private static JsonElement? Properties(AIFunctionDeclaration tool) =>
        tool.JsonSchema.ValueKind == JsonValueKind.Object && tool.JsonSchema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties : null;

    /// <summary>The tool takes a regular expression; people who say "search for a.b" mean the text.</summary>
    private static string Literal(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (RegexMarks.Contains(character, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>2 rather than 2.0, for tools that take whole numbers only.</summary>
    private static object Whole(double number) =>
        number == Math.Floor(number) && number < long.MaxValue ? (object)Convert.ToInt64(number, CultureInfo.InvariantCulture) : number;
}

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
    };

    private const string RegexMarks = @"\*+?|{}[]()^$.";

    /// <summary>The tool that carries the instruction out; null when it needs none.</summary>
    public static string? ToolFor(Instruction instruction, IReadOnlyDictionary<string, AIFunctionDeclaration> offered) => instruction.Kind switch
    {
        InstructionKind.ListFiles => "list_files",
        InstructionKind.ReadFile or InstructionKind.Summarise => "read_file",
        InstructionKind.Search => "search_files",
        InstructionKind.Write => "write_file",
        InstructionKind.Edit => "edit_file",
        InstructionKind.Count => offered.ContainsKey("count_text") || !offered.ContainsKey("read_file") ? "count_text" : "read_file",
        InstructionKind.Calculate => "calculate",
        InstructionKind.Wait => "wait",
        InstructionKind.Run => "run_command",
        InstructionKind.Ask => "ask_user",
        InstructionKind.Spawn => "spawn_task",
        InstructionKind.Tell => "send_message",
        InstructionKind.CancelTask => "cancel_task",
        InstructionKind.WaitForTasks => "wait_for_tasks",
        InstructionKind.ListTasks => "list_tasks",
        _ => null,
    };

    public static FunctionCallContent Make(Instruction instruction, AIFunctionDeclaration tool, string callId)
    {
        var arguments = new Dictionary<string, object?>();
        foreach (var (name, value) in Arguments(instruction)) arguments[NameIn(tool, name)] = value;
        return new FunctionCallContent(callId, tool.Name, arguments);
    }

    private static IEnumerable<(string Name, object Value)> Arguments(Instruction instruction)
    {
        var path = instruction.Path;
        return instruction.Kind switch
        {
            InstructionKind.ListFiles => [("path", path.Length == 0 ? "." : path)],
            InstructionKind.Search => path.Length == 0
                ? [("pattern", Literal(instruction.Subject))]
                : [("pattern", Literal(instruction.Subject)), ("path", path)],
            InstructionKind.Write => [("path", path), ("content", instruction.Subject)],
            InstructionKind.Edit => [("path", path), ("old_text", instruction.Subject), ("new_text", instruction.Replacement)],
            InstructionKind.Calculate => [("expression", instruction.Subject)],
            InstructionKind.Wait => [("seconds", Whole(instruction.Amount))],
            InstructionKind.Run => [("command", instruction.Subject)],
            InstructionKind.Ask => [("question", instruction.Subject)],
            InstructionKind.Spawn => path.Length == 0 ? [("message", instruction.Subject)] : [("message", instruction.Subject), ("name", path)],
            InstructionKind.Tell => [("to", path), ("message", instruction.Subject)],
            InstructionKind.CancelTask => [("task", path)],
            InstructionKind.WaitForTasks => path.Length == 0 ? [] : [("tasks", path)],
            InstructionKind.ListTasks => [],
            _ => [("path", path)],
        };
    }

    /// <summary>The argument's name in the tool's schema; ours when the schema has neither it nor one of its other names.</summary>
    private static string NameIn(AIFunctionDeclaration tool, string name)
    {
        if (tool.JsonSchema.ValueKind != JsonValueKind.Object || !tool.JsonSchema.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object || properties.TryGetProperty(name, out _))
        {
            return name;
        }

        return OtherNames.GetValueOrDefault(name, []).FirstOrDefault(other => properties.TryGetProperty(other, out _)) ?? name;
    }

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

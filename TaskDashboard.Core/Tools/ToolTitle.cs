using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Tools;

/// <summary>Makes the lines that people read about tool calls. Arguments come from a model: any may be missing or of any type.</summary>
internal static class ToolTitle
{
    private const int MaxLength = 80;

    /// <summary>An argument as one short line; "…" where it is missing.</summary>
    public static string Text(AIFunctionArguments arguments, string name) => Optional(arguments, name) ?? "…";

    /// <summary>An argument as one short line, or null where it is missing.</summary>
    public static string? Optional(AIFunctionArguments arguments, string name)
    {
        if (!arguments.TryGetValue(name, out var value)) return null;
        var text = value switch
        {
            null => null,
            string plain => plain,
            JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
            JsonElement json => json.ToString(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        return string.IsNullOrWhiteSpace(text) ? null : OneLine(text);
    }

    /// <summary>All arguments as one short line.</summary>
    public static string All(AIFunctionArguments arguments) =>
        OneLine(string.Join(", ", arguments.Keys.Select(name => Optional(arguments, name)).OfType<string>()));

    private static string OneLine(string text)
    {
        var start = text.Length > 4 * MaxLength ? text[..(4 * MaxLength)] : text;
        var line = string.Join(' ', start.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length < MaxLength) return line;
        var end = char.IsHighSurrogate(line[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return line[..end] + "…";
    }
}

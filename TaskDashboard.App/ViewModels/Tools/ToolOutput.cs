using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.ViewModels.Tools;

/// <summary>What a tool call brought back, in the form in which people read it best. Decided from the tool and the text alone.</summary>
public abstract partial record ToolOutput
{
    private static readonly JsonSerializerOptions Indented = new(EventJson.Options) { WriteIndented = true };

    /// <summary>Longer than this is shown as plain text: nobody reads it as anything else.</summary>
    private const int MostParsed = 300_000;

    /// <param name="tool">The tool's name.</param>
    /// <param name="content">Its result.</param>
    public static ToolOutput Of(string tool, string content)
    {
        if (content.Length is 0 or > MostParsed) return new PlainOutput(content);
        return tool switch
        {
            "edit_file" or "multi_edit_file" or "write_file" when UnifiedDiff.TryRead(content) is { } diff => diff,
            "run_command" => Terminal(content),
            "update_plan" when Plan(content) is { } plan => plan,
            "list_files" or "find_files" => new ListOutput([.. content.Split('\n')]),
            _ => (ToolOutput?)Json(content) ?? new PlainOutput(content),
        };
    }

    private static TerminalOutput Terminal(string content)
    {
        var end = content.IndexOf('\n', StringComparison.Ordinal);
        var head = end < 0 ? content : content[..end];
        var exit = ExitCode().Match(head) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : (int?)null;
        return new TerminalOutput(head, exit, AnsiText.Read(end < 0 ? "" : content[(end + 1)..]), LeftOut().IsMatch(content));
    }

    private static PlanOutput? Plan(string content)
    {
        var steps = content.Split('\n').Select(line => PlanStep().Match(line)).Where(match => match.Success)
            .Select(match => new PlanLine(match.Groups[1].Value[0], match.Groups[2].Value)).ToList();
        return steps.Count == 0 ? null : new PlanOutput(steps);
    }

    private static JsonOutput? Json(string content)
    {
        var trimmed = content.AsSpan().Trim();
        if (trimmed.Length < 2 || trimmed[0] is not ('{' or '[') || trimmed[^1] is not ('}' or ']')) return null;
        try
        {
            return new JsonOutput(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(trimmed), Indented));
        }
        catch (JsonException)
        {
            // It only looks like it.
            return null;
        }
    }

    [GeneratedRegex(@"^Exit code (-?\d+)\.")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"^… [\d,]+ bytes left out here …$", RegexOptions.Multiline)]
    private static partial Regex LeftOut();

    [GeneratedRegex(@"^\[([x> ])\] (.+)$")]
    private static partial Regex PlanStep();
}

/// <summary>Text as it is.</summary>
public sealed record PlainOutput(string Text) : ToolOutput;

/// <summary>One entry on each line.</summary>
public sealed record ListOutput(IReadOnlyList<string> Lines) : ToolOutput;

/// <summary>JSON, indented.</summary>
public sealed record JsonOutput(string Text) : ToolOutput;

/// <summary>What a command wrote, with its colours.</summary>
/// <param name="Headline">How it ended.</param>
/// <param name="ExitCode">Null where it was ended from outside.</param>
/// <param name="Text">Its output.</param>
/// <param name="IsCut">Its middle is left out.</param>
public sealed record TerminalOutput(string Headline, int? ExitCode, IReadOnlyList<AnsiSpan> Text, bool IsCut) : ToolOutput;

/// <summary>The agent's plan.</summary>
public sealed record PlanOutput(IReadOnlyList<PlanLine> Steps) : ToolOutput;

/// <summary>One step of a plan.</summary>
/// <param name="State"><c>x</c> done, <c>&gt;</c> under way, a space for what is to come.</param>
/// <param name="Text">What it is.</param>
public sealed record PlanLine(char State, string Text);

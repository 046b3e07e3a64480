using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Templates;

/// <summary>A template with its places filled in.</summary>
/// <param name="Message">What the agent would be told. The place of an argument that does not fit is left as it is written.</param>
/// <param name="Title">Null where the beginning of the message is the title.</param>
/// <param name="Errors">What does not fit, by field, such as <c>arguments.count</c>; empty when all does.</param>
public sealed record RenderedTemplate(string Message, string? Title, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>
/// Fills the places of a template in. What is filled in stands as it was given: it is never read as a place again, whatever it holds. Safe for threads.
/// </summary>
public static class TemplateRendering
{
    /// <summary>Fills in what fits, and says what does not; for a look at it beforehand.</summary>
    public static RenderedTemplate Render(TemplateDefinition definition, IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var errors = new Dictionary<string, string[]>();
        var texts = TemplateArguments.Read(definition.Parameters, arguments, errors);
        var title = definition.Title is null ? null : TitleOf(Fill(definition.Title, texts));
        return new RenderedTemplate(Fill(definition.Message, texts), title, errors);
    }

    /// <summary>The names that a text has places for, each once, in the order in which they come.</summary>
    public static IReadOnlyList<string> Placeholders(string text) =>
        [.. TemplateText.Parse(text).Where(part => part.Name is { Length: > 0 }).Select(part => part.Name!).Distinct(StringComparer.Ordinal)];

    /// <summary>The task that a rendered template makes.</summary>
    internal static CreateTask ToTask(TemplateDefinition definition, RenderedTemplate rendered) => new()
    {
        AgentId = definition.AgentId,
        Message = rendered.Message,
        Title = rendered.Title,
        Model = definition.Model,
        WorkDir = definition.WorkDir,
        AddDirs = definition.AddDirs,
        Worktree = definition.Worktree,
        Priority = definition.Priority,
        TimeoutS = definition.TimeoutS,
        Metadata = definition.Metadata,
        EnableSkills = definition.EnableSkills,
        EnableMcp = definition.EnableMcp,
    };

    private static string Fill(string text, Dictionary<string, string> values)
    {
        var filled = new StringBuilder(text.Length);
        foreach (var part in TemplateText.Parse(text)) filled.Append(part.Name is { } name && values.TryGetValue(name, out var value) ? value : part.Text);
        return filled.ToString();
    }

    /// <summary>One line, no longer than a title may be; an argument may be longer.</summary>
    private static string? TitleOf(string filled)
    {
        var line = filled.ReplaceLineEndings(" ").Trim();
        if (line.Length <= TaskTitle.MaxGivenLength) return line.Length == 0 ? null : line;
        var length = TaskTitle.MaxGivenLength - 1;
        return $"{line[..(char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)]}…";
    }
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TaskDashboard.Core.Skills;

/// <summary>Reads a SKILL.md: the front matter between two lines of <c>---</c>, and the text behind it.</summary>
internal static class SkillFile
{
    public const string FileName = "SKILL.md";
    public const int MaxBytes = 256 * 1024;

    /// <summary>Of the front matter, in characters. Its reader takes time by the square of how deep it is nested.</summary>
    private const int MaxFrontLength = 16 * 1024;

    private const int MaxNameLength = 64;
    private const int MaxDescriptionLength = 1_024;

    /// <summary>The text of the skill without its front matter.</summary>
    public static string Body(string text) => Split(text).Body;

    /// <summary>Reads name and description.</summary>
    /// <param name="folder">The skill's folder.</param>
    /// <param name="origin">Where it was found.</param>
    /// <param name="text">The file.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    public static Skill? Read(string folder, SkillOrigin origin, string text, out string? problem)
    {
        var (front, _) = Split(text);
        if (front is null)
        {
            problem = $"{FileName} has no front matter. Begin it with --- , name: and description: , and a second --- .";
            return null;
        }

        if (front.Length > MaxFrontLength)
        {
            problem = $"The front matter of {FileName} is longer than {MaxFrontLength / 1024} KB. It takes a name and a description; the rest belongs behind it.";
            return null;
        }

        Dictionary<string, string> fields;
        try
        {
            fields = Fields(front);
        }
        catch (Exception malformed) when (malformed is YamlException or InvalidOperationException)
        {
            // The library's scanner throws the second one for a flow that is never closed.
            problem = $"The front matter of {FileName} is not valid YAML: {malformed.Message}";
            return null;
        }

        var (name, description) = (fields.GetValueOrDefault("name"), fields.GetValueOrDefault("description"));
        problem = (name, description) switch
        {
            (null, _) => "name is missing in the front matter.",
            ({ Length: 0 or > MaxNameLength }, _) => $"name has to be 1 to {MaxNameLength} characters long.",
            _ when name.Any(character => !(char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')) => "name takes lower-case letters, digits and hyphens.",
            (_, null or "") => "description is missing in the front matter: say what the skill is good for.",
            (_, { Length: > MaxDescriptionLength }) => $"description is longer than {MaxDescriptionLength} characters.",
            _ => null,
        };
        return problem is null ? new Skill(name!, OneLine(description!), folder, origin) : null;
    }

    private static (string? Front, string Body) Split(string text)
    {
        var plain = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        if (!plain.StartsWith("---\n", StringComparison.Ordinal)) return (null, plain.Trim());
        var end = plain.IndexOf("\n---", 3, StringComparison.Ordinal);
        while (end >= 0 && end + 4 < plain.Length && plain[end + 4] != '\n') end = plain.IndexOf("\n---", end + 1, StringComparison.Ordinal);
        return end < 0 ? (null, plain.Trim()) : (plain[4..Math.Max(4, end)], plain[(end + 4)..].Trim());
    }

    /// <summary>
    /// The texts at the top of the mapping, by name. Read event by event, and what is nested is passed over: as a tree it could be made so deep that the
    /// stack of the whole program does not hold it, or refer to itself so often that nobody lives to see the end.
    /// </summary>
    private static Dictionary<string, string> Fields(string front)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var parser = new Parser(new StringReader(front));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _)) return fields;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var name)) parser.SkipThisAndNestedEvents();
            if (!parser.TryConsume<Scalar>(out var value)) parser.SkipThisAndNestedEvents();
            else if (name is not null && !fields.TryAdd(name.Value, value.Value.Trim())) throw new YamlException(name.Start, name.End, $"{name.Value} is there twice.");
        }

        // What comes behind it has to be well-formed too.
        while (parser.MoveNext())
        {
        }

        return fields;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

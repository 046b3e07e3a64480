using System.Text.Json;
using System.Text.Json.Nodes;
using TaskDashboard.Core.Events;

namespace TaskDashboard.App.ViewModels.Requests;

/// <summary>The arguments of a call while a person edits them: texts as they are, everything else as JSON.</summary>
public sealed class ArgumentDraft
{
    private static readonly JsonSerializerOptions Indented = new(EventJson.Options) { WriteIndented = true };

    private ArgumentDraft(IReadOnlyList<Field> fields) => Fields = fields;

    public IReadOnlyList<Field> Fields { get; }

    public static ArgumentDraft Of(JsonElement? arguments) => new(
        arguments is { ValueKind: JsonValueKind.Object } given
            ? [.. given.EnumerateObject().Select(argument => new Field(argument.Name, argument.Value.ValueKind == JsonValueKind.String)
            {
                Text = Shown(argument.Value),
            })]
            : []);

    /// <summary>A value as a person reads it: a text as it is, anything else as indented JSON.</summary>
    public static string Shown(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonSerializer.Serialize(value, Indented);

    /// <summary>One argument of a call as text; null where it is missing or none.</summary>
    public static string? TextOf(string arguments, string name)
    {
        if (arguments.Length == 0 || JsonNode.Parse(arguments) is not JsonObject given) return null;
        return given[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }

    /// <summary>The edited arguments; null, with the field that is to blame, when one is no JSON.</summary>
    public JsonElement? Read(out string? wrongField)
    {
        var edited = new JsonObject();
        foreach (var field in Fields)
        {
            try
            {
                edited[field.Name] = field.IsText ? JsonValue.Create(field.Text) : JsonNode.Parse(field.Text);
            }
            catch (JsonException)
            {
                wrongField = field.Name;
                return null;
            }
        }

        wrongField = null;
        return JsonSerializer.SerializeToElement(edited, EventJson.Options);
    }

    /// <summary>One argument.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isText">True for a text, false for anything else, which is edited as JSON.</param>
    public sealed class Field(string name, bool isText)
    {
        public string Name { get; } = name;

        public bool IsText { get; } = isText;

        public string Text { get; set; } = "";

        /// <summary>How many lines its box shows.</summary>
        public int Lines => Math.Clamp(Text.Count(character => character == '\n') + 1, 1, 12);
    }
}

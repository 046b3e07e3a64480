using System.Text.Json;

namespace TaskDashboard.Core.Requests;

/// <summary>
/// The fields of a form: a JSON schema of an object whose properties are texts, numbers, yes-or-no values or choices, as in the elicitation of the
/// Model Context Protocol.
/// </summary>
public static class FormFields
{
    private const int MaxFields = 30;

    /// <summary>Reads the fields, in the order of the schema.</summary>
    public static IReadOnlyList<FormField> Read(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) return [];
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. properties.EnumerateObject().Select(property => Field(property.Name, property.Value, required.Contains(property.Name)))];
    }

    /// <summary>What is wrong with a form, in a sentence; null when nothing is.</summary>
    public static string? Problem(JsonElement schema)
    {
        var fields = Read(schema);
        if (fields.Count == 0) return "The form has no fields. Give a JSON schema of an object with properties.";
        if (fields.Count > MaxFields) return $"The form has more than {MaxFields} fields.";
        return fields.FirstOrDefault(field => field.Kind == FormFieldKind.Unknown) is { } unknown
            ? $"The field \"{unknown.Name}\" is of a type that no form can show. Use string, number, integer or boolean."
            : null;
    }

    /// <summary>What is wrong with a filled-in form, by field; empty when nothing is.</summary>
    /// <param name="schema">The form.</param>
    /// <param name="answer">The answer as JSON text.</param>
    public static IReadOnlyDictionary<string, string[]> Problems(JsonElement schema, string answer)
    {
        JsonElement given;
        try
        {
            given = JsonSerializer.Deserialize(answer, Events.EventJson.Wire.JsonElement);
        }
        catch (JsonException)
        {
            return new Dictionary<string, string[]> { ["answer"] = ["answer has to be a JSON object with the fields of the form."] };
        }

        if (given.ValueKind != JsonValueKind.Object) return new Dictionary<string, string[]> { ["answer"] = ["answer has to be a JSON object with the fields of the form."] };
        var problems = new Dictionary<string, string[]>();
        var fields = Read(schema);
        foreach (var field in fields)
        {
            var found = given.TryGetProperty(field.Name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
            if (!found && field.Required) problems[$"answer.{field.Name}"] = [$"{field.Label} is missing."];
            else if (found && !Fits(field, value)) problems[$"answer.{field.Name}"] = [$"{field.Label} has to be {field.Wanted}."];
        }

        foreach (var property in given.EnumerateObject().Where(property => fields.All(field => field.Name != property.Name)))
        {
            problems[$"answer.{property.Name}"] = [$"The form has no field \"{property.Name}\"."];
        }

        return problems;
    }

    private static bool Fits(FormField field, JsonElement value) => field.Kind switch
    {
        FormFieldKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        FormFieldKind.WholeNumber => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
        FormFieldKind.Number => value.ValueKind == JsonValueKind.Number,
        FormFieldKind.Choice => value.ValueKind == JsonValueKind.String && field.Choices.Contains(value.GetString()!),
        _ => value.ValueKind == JsonValueKind.String,
    };

    private static FormField Field(string name, JsonElement schema, bool required)
    {
        var type = Text(schema, "type");
        string[] choices = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]
            : [];
        var kind = (type, choices.Length) switch
        {
            ("string" or null, > 0) => FormFieldKind.Choice,
            ("string", _) => FormFieldKind.Text,
            ("boolean", _) => FormFieldKind.Boolean,
            ("integer", _) => FormFieldKind.WholeNumber,
            ("number", _) => FormFieldKind.Number,
            _ => FormFieldKind.Unknown,
        };
        return new FormField(name, kind, required, Text(schema, "title") ?? name, Text(schema, "description"), choices);
    }

    private static string? Text(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>One field of a form.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Required">Whether it has to be filled in.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Description">What belongs into it; null for nothing to say.</param>
/// <param name="Choices">For a choice: what there is to choose from.</param>
public sealed record FormField(string Name, FormFieldKind Kind, bool Required, string Label, string? Description, IReadOnlyList<string> Choices)
{
    internal string Wanted => Kind switch
    {
        FormFieldKind.Boolean => "true or false",
        FormFieldKind.WholeNumber => "a whole number",
        FormFieldKind.Number => "a number",
        FormFieldKind.Choice => $"one of {string.Join(", ", Choices)}",
        _ => "a text",
    };
}

/// <summary>What a field takes.</summary>
public enum FormFieldKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>One of several texts.</summary>
    Choice,

    /// <summary>Nothing that a form can show.</summary>
    Unknown,
}

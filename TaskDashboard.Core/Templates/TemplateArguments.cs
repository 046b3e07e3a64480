using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.Core.Templates;

/// <summary>Turns what was given for parameters into text, or says what is wrong with it.</summary>
internal static class TemplateArguments
{
    /// <param name="parameters">What is asked for.</param>
    /// <param name="arguments">What is given.</param>
    /// <param name="errors">Gets a problem for each argument that does not fit, as <c>arguments.name</c>.</param>
    /// <returns>The texts of those that fit, by name.</returns>
    public static Dictionary<string, string> Read(IReadOnlyList<TemplateParameter> parameters, IReadOnlyDictionary<string, JsonElement> arguments, Dictionary<string, string[]> errors)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            var given = arguments.TryGetValue(parameter.Name, out var value) && !IsMissing(parameter, value) ? value : parameter.Default;
            if (given is not { } present)
            {
                if (parameter.Required) errors[$"arguments.{parameter.Name}"] = [$"{parameter.Name} is missing: {Wanted(parameter)} is wanted."];
                else texts[parameter.Name] = parameter.Type == ParameterType.Boolean ? "false" : "";
            }
            else if (TextOf(parameter, present) is { } text)
            {
                texts[parameter.Name] = text;
            }
            else
            {
                errors[$"arguments.{parameter.Name}"] = [$"{parameter.Name} has to be {Wanted(parameter)}."];
            }
        }

        foreach (var name in arguments.Keys.Where(name => parameters.All(parameter => parameter.Name != name)))
        {
            errors[$"arguments.{name}"] = [$"There is no parameter {name}; {(parameters.Count == 0 ? "the template has none" : $"there are {string.Join(", ", parameters.Select(parameter => parameter.Name))}")}."];
        }

        return texts;
    }

    /// <summary>A value as it goes into the message, written the same in every language; null when it does not fit.</summary>
    public static string? TextOf(TemplateParameter parameter, JsonElement value) => parameter.Type switch
    {
        ParameterType.String => TryGetText(value) is { } text && !(text.Length > parameter.MaxLength) ? text : null,
        ParameterType.Choice => TryGetText(value) is { } chosen && parameter.Options?.Contains(chosen, StringComparer.Ordinal) == true ? chosen : null,
        ParameterType.Boolean => value.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => null },
        ParameterType.Integer => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var whole) && decimal.IsInteger(whole) && IsWithin(parameter, whole)
            ? decimal.Truncate(whole).ToString(CultureInfo.InvariantCulture)
            : null,
        ParameterType.Number => value.ValueKind == JsonValueKind.Number && IsWithin(parameter, value) ? value.GetRawText() : null,
        _ => null,
    };

    /// <summary>What fits, in words that go behind "has to be".</summary>
    public static string Wanted(TemplateParameter parameter) => parameter.Type switch
    {
        ParameterType.String => parameter.MaxLength is { } most ? $"a text of up to {most.ToString(CultureInfo.InvariantCulture)} characters" : "a text",
        ParameterType.Choice => $"one of {string.Join(", ", parameter.Options ?? [])}",
        ParameterType.Boolean => "true or false",
        ParameterType.Integer => $"a whole number{Range(parameter)}",
        _ => $"a number{Range(parameter)}",
    };

    /// <summary>A text that has to be there is not there when it is empty.</summary>
    private static bool IsMissing(TemplateParameter parameter, JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
        || (parameter is { Required: true, Type: ParameterType.String or ParameterType.Choice } && value.ValueKind == JsonValueKind.String && TryGetText(value) is { Length: 0 });

    private static bool IsWithin(TemplateParameter parameter, decimal value) => !(value < parameter.Min) && !(value > parameter.Max);

    /// <summary>What is too large for the exact kind of number is compared as one that is rounded.</summary>
    private static bool IsWithin(TemplateParameter parameter, JsonElement value)
    {
        if (value.TryGetDecimal(out var exact)) return IsWithin(parameter, exact);
        return value.TryGetDouble(out var rounded) && double.IsFinite(rounded) && !(rounded < (double?)parameter.Min) && !(rounded > (double?)parameter.Max);
    }

    private static string Range(TemplateParameter parameter)
    {
        var (least, most) = (parameter.Min?.ToString(CultureInfo.InvariantCulture), parameter.Max?.ToString(CultureInfo.InvariantCulture));
        return (least, most) switch
        {
            (not null, not null) => $" from {least} to {most}",
            (not null, null) => $" of at least {least}",
            (null, not null) => $" of at most {most}",
            _ => "",
        };
    }

    /// <summary>Null for what is no text, or not valid Unicode: the parser lets half a surrogate pair through, and says so only here.</summary>
    private static string? TryGetText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.ViewModels.Templates;

/// <summary>What a person fills the parameters of a template with, as the fields of a form hold it: texts, whatever the type.</summary>
public sealed class ArgumentValues
{
    public const string Yes = "true";

    public const string No = "false";

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <param name="parameters">What is asked for.</param>
    /// <param name="given">What was filled in before; what is not in it has its default.</param>
    public ArgumentValues(IReadOnlyList<TemplateParameter> parameters, IReadOnlyDictionary<string, JsonElement>? given = null)
    {
        foreach (var parameter in parameters)
        {
            var value = given is not null && given.TryGetValue(parameter.Name, out var before) ? before : parameter.Default;
            texts[parameter.Name] = value is { } present ? TextOf(present) : parameter.Type == ParameterType.Boolean ? No : "";
        }
    }

    public string this[string name]
    {
        get => texts.GetValueOrDefault(name, "");
        set => texts[name] = value;
    }

    /// <summary>The values in their types. What does not have the form of its type stays a text, and is refused as such.</summary>
    public IReadOnlyDictionary<string, JsonElement> Read(IReadOnlyList<TemplateParameter> parameters) => parameters
        .Select(parameter => (parameter.Name, Value: ToJson(parameter.Type, this[parameter.Name])))
        .Where(argument => argument.Value is not null)
        .ToDictionary(argument => argument.Name, argument => argument.Value!.Value, StringComparer.Ordinal);

    public static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    /// <summary>Null for a field that was left empty; but an empty text is a text.</summary>
    public static JsonElement? ToJson(ParameterType type, string text)
    {
        if (type == ParameterType.String) return JsonSerializer.SerializeToElement(text, EventJson.Options);
        text = text.Trim();
        if (text.Length == 0) return null;
        return type switch
        {
            ParameterType.Boolean when text is Yes or No => JsonSerializer.SerializeToElement(text == Yes, EventJson.Options),
            ParameterType.Integer or ParameterType.Number when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                JsonSerializer.SerializeToElement(number, EventJson.Options),
            _ => JsonSerializer.SerializeToElement(text, EventJson.Options),
        };
    }
}

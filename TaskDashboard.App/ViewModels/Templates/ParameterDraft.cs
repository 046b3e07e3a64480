using System.Globalization;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.ViewModels.Templates;

/// <summary>A parameter of a template as it is being filled in.</summary>
public sealed class ParameterDraft
{
    public string Name { get; set; } = "";

    public ParameterType Type { get; set; }

    public string Label { get; set; } = "";

    public string Description { get; set; } = "";

    public bool Required { get; set; } = true;

    public string Default { get; set; } = "";

    /// <summary>One on each line.</summary>
    public string Options { get; set; } = "";

    public string Min { get; set; } = "";

    public string Max { get; set; } = "";

    public string MaxLength { get; set; } = "";

    public IReadOnlyList<string> OptionList => Options.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static ParameterDraft Of(TemplateParameter parameter) => new()
    {
        Name = parameter.Name,
        Type = parameter.Type,
        Label = parameter.Label ?? "",
        Description = parameter.Description ?? "",
        Required = parameter.Required,
        Default = parameter.Default is { } value ? ArgumentValues.TextOf(value) : "",
        Options = string.Join('\n', parameter.Options ?? []),
        Min = parameter.Min?.ToString(CultureInfo.InvariantCulture) ?? "",
        Max = parameter.Max?.ToString(CultureInfo.InvariantCulture) ?? "",
        MaxLength = parameter.MaxLength?.ToString(CultureInfo.InvariantCulture) ?? "",
    };

    /// <param name="index">Its place, which is in the names of its fields.</param>
    /// <param name="errors">Gets what cannot be read.</param>
    public TemplateParameter Read(int index, Dictionary<string, string[]> errors)
    {
        var isNumber = Type is ParameterType.Integer or ParameterType.Number;
        return new TemplateParameter
        {
            Name = Name.Trim(),
            Type = Type,
            Label = Label.Trim() is { Length: > 0 } label ? label : null,
            Description = Description.Trim() is { Length: > 0 } description ? description : null,
            Required = Required && Type != ParameterType.Boolean,
            Default = Default.Length == 0 ? null : ArgumentValues.ToJson(Type, Default),
            Options = Type == ParameterType.Choice ? OptionList : null,
            Min = isNumber ? Number("min", Min) : null,
            Max = isNumber ? Number("max", Max) : null,
            MaxLength = Type == ParameterType.String ? Whole("max_length", MaxLength) : null,
        };

        decimal? Number(string field, string text)
        {
            if (text.Trim().Length == 0) return null;
            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
            errors[$"parameters.{index}.{field}"] = [$"{field} has to be a number."];
            return null;
        }

        int? Whole(string field, string text)
        {
            if (text.Trim().Length == 0) return null;
            if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)) return number;
            errors[$"parameters.{index}.{field}"] = [$"{field} has to be a whole number."];
            return null;
        }
    }
}

using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>A parameter of a template as it comes in.</summary>
internal sealed record ParameterBody
{
    [Description("Required. Letters, digits and underscores; the message has its place as {{name}}.")]
    public string? Name { get; init; }

    [Description("string (default), integer, number, boolean or choice.")]
    public string? Type { get; init; }

    [Description("What people read beside the field. Default: the name.")]
    public string? Label { get; init; }

    public string? Description { get; init; }

    [Description("true: it has to be given, unless there is a default. Default false.")]
    public bool? Required { get; init; }

    [Description("Taken where nothing is given; of the parameter's type.")]
    public JsonElement Default { get; init; }

    [Description("Of a choice: what there is to choose.")]
    public IReadOnlyList<string?>? Options { get; init; }

    [Description("Of a number: the least.")]
    public decimal? Min { get; init; }

    [Description("Of a number: the most.")]
    public decimal? Max { get; init; }

    [Description("Of a string: the most characters.")]
    public int? MaxLength { get; init; }

    public static IReadOnlyList<TemplateParameter> ReadAll(IReadOnlyList<ParameterBody?> parameters, FieldErrors errors) =>
        [.. parameters.Select((parameter, index) => (parameter ?? new ParameterBody()).Read(index, errors))];

    private TemplateParameter Read(int index, FieldErrors errors) => new()
    {
        Name = Name ?? "",
        Type = Type is null ? ParameterType.String : EnumText.Read<ParameterType>($"parameters.{index}.type", Type, errors) ?? ParameterType.String,
        Label = Label,
        Description = Description,
        Required = Required ?? false,
        Default = Default.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Default,
        Options = Options is null ? null : [.. Options.Select(option => option ?? "")],
        Min = Min,
        Max = Max,
        MaxLength = MaxLength,
    };
}

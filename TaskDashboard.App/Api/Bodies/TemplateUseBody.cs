using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>That a trigger takes its message from a template.</summary>
internal sealed record TemplateUseBody
{
    [Description("The template.")]
    public string? Id { get; init; }

    [Description("The version that it stays at. Absent or null: always the latest.")]
    public int? Version { get; init; }

    [Description("What the parameters are filled with, by name.")]
    public IReadOnlyDictionary<string, JsonElement>? Arguments { get; init; }

    /// <summary>What is absent stays, and null takes the template away.</summary>
    public static TemplateUse? Read(JsonElement value, TemplateUse? present, FieldErrors errors)
    {
        if (value.ValueKind is JsonValueKind.Undefined) return present;
        if (value.ValueKind is JsonValueKind.Null) return null;
        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.Add("template", "template has to be an object with id, version and arguments, or null for none.");
            return present;
        }

        if (!JsonText.IsWhole(value))
        {
            errors.Add("template", "template says something twice, or holds what is not valid Unicode text.");
            return present;
        }

        var id = value.TryGetProperty("id", out var given) && JsonText.TryGet(given, out var text) ? text : null;
        if (id is null) errors.Add("template.id", "template.id is missing: which template it is.");
        var version = (int?)NullableText.ReadNumber("template.version", value.TryGetProperty("version", out var number) ? number : default, null, errors);
        var arguments = new Dictionary<string, JsonElement>();
        if (value.TryGetProperty("arguments", out var filled) && filled.ValueKind is not JsonValueKind.Null)
        {
            if (filled.ValueKind is JsonValueKind.Object) arguments = filled.EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value.Clone());
            else errors.Add("template.arguments", "template.arguments has to be an object with a value for each parameter.");
        }

        return new TemplateUse(id ?? "", version, arguments);
    }

    public static TemplateUseBody? Of(TemplateUse? use) => use is null ? null : new TemplateUseBody { Id = use.TemplateId, Version = use.Version, Arguments = use.Arguments };
}

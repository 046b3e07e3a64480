using System.ComponentModel;
using System.Text.Json;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/templates/{id}/run and /preview take.</summary>
internal sealed record RunTemplateBody
{
    [Description("Default: the latest.")]
    public int? Version { get; init; }

    [Description("What the parameters are filled with, by name.")]
    public IReadOnlyDictionary<string, JsonElement>? Arguments { get; init; }

    [Description("true makes a second task although a live one has the same order. Default false: that one is answered, with 200.")]
    public bool? AllowDuplicates { get; init; }
}

/// <summary>What POST /api/tasks/{id}/save-as-template takes.</summary>
internal sealed record SaveAsTemplateBody
{
    [Description("Required. Up to 100 characters, and no other template has it.")]
    public string? Name { get; init; }

    public string? Description { get; init; }

    [Description("With placeholders. Default: the task's first message, in which {{name}} is a place where parameters has that name.")]
    public string? Message { get; init; }

    [Description("What is asked for at each run. Default: nothing.")]
    public IReadOnlyList<ParameterBody?>? Parameters { get; init; }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Templates;

/// <summary>Something that is filled in at each run of a template.</summary>
public sealed record TemplateParameter
{
    /// <summary>1 to 64 letters, digits and underscores. Two of a template differ in more than the case of their letters.</summary>
    public required string Name { get; init; }

    public ParameterType Type { get; init; }

    /// <summary>What people read beside the field; null for the name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Label { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Description { get; init; }

    /// <summary>It has to be given, unless there is a <see cref="Default"/>. What is not given otherwise is <c>false</c> for a boolean, and nothing.</summary>
    public bool Required { get; init; }

    /// <summary>Taken where nothing is given; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JsonElement? Default { get; init; }

    /// <summary>Of a choice: what there is to choose, 1 to 100 texts; null for every other type.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Of an integer or a number: the least; null for no bound.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? Min { get; init; }

    /// <summary>Of an integer or a number: the most; null for no bound.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public decimal? Max { get; init; }

    /// <summary>Of a string: the most characters; null for no bound.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? MaxLength { get; init; }
}

#pragma warning disable CA1720 // These are the words that the wire has for them.
/// <summary>What a parameter holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParameterType>))]
public enum ParameterType
{
    [JsonStringEnumMemberName("string")] String,

    /// <summary>A whole number.</summary>
    [JsonStringEnumMemberName("integer")] Integer,

    [JsonStringEnumMemberName("number")] Number,

    [JsonStringEnumMemberName("boolean")] Boolean,

    /// <summary>One of a few texts.</summary>
    [JsonStringEnumMemberName("choice")] Choice,
}
#pragma warning restore CA1720

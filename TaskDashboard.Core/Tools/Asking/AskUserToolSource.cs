using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Tools.Asking;

/// <summary><c>ask_user</c>: asks a person, and waits for as long as it takes. The question outlives a restart.</summary>
internal sealed class AskUserToolSource : IToolSource
{
    private readonly ToolPrototype prototype = new(Answer, "ask_user",
        "Asks a person a question and waits for the answer. Only for what you cannot find out or decide yourself. Give options when there are a few possible answers; give a form when you need several values.",
        ToolRisk.Read, arguments => $"Ask: {ToolTitle.Text(arguments, "question")}");

    public IReadOnlyList<string> Names => [prototype.Name];

    public IEnumerable<AgentTool> Create(ToolContext context) => [prototype.Bind(new WorkDirectory(context)) with { Asks = Question }];

    /// <summary>Called with the answer: until then the call has waited.</summary>
    private static string Answer(
        [Description("What you want to know, in a sentence or a few.")] string question,
        [Description("Answers to choose from, up to 20; the person may still answer freely. Leave out for free text.")] string[]? options = null,
        [Description("A JSON schema of an object with the values that you need: properties of type string, number, integer, boolean, or string with enum.")] IReadOnlyDictionary<string, JsonElement>? form = null,
        [Description("The answer to go on with when nobody answers in time.")] string? @default = null) =>
        Lineage.Current?.Answer?.Answer ?? throw new ToolException("Nobody answered.");

    private static Question Question(AIFunctionArguments arguments) => new(Text(arguments, "question") ?? "")
    {
        Options = Options(arguments.GetValueOrDefault("options")),
        Form = arguments.GetValueOrDefault("form") is JsonElement { ValueKind: JsonValueKind.Object } form ? form : null,
        Default = Text(arguments, "default"),
    };

    private static string? Text(AIFunctionArguments arguments, string name) => arguments.GetValueOrDefault(name) switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };

    private static IReadOnlyList<string> Options(object? value) => value switch
    {
        null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => [],
        IEnumerable<string> texts => [.. texts],
        JsonElement { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) => [.. array.EnumerateArray().Select(one => one.GetString()!)],
        _ => throw new ToolException("options has to be a list of texts."),
    };
}

using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Tools.Planning;

/// <summary>
/// <c>update_plan</c>: what the agent is going to do, step by step, and how far it is. Nothing is kept: the plan that counts is the last such call of the
/// transcript, for the model and for people.
/// </summary>
internal sealed class PlanToolSource : IToolSource
{
    internal const int MaxSteps = 50;
    internal const int MaxText = 500;

    private const string Pending = "pending";
    private const string InProgress = "in_progress";
    private const string Done = "done";

    private static readonly ToolPrototype Prototype = new(Update, "update_plan",
        "Shows people your plan, and how far you are with it: all of its steps, in order, each time anew. Use it for work of several steps; at most one is in progress.",
        ToolRisk.Read, Title);

    public IReadOnlyList<string> Names { get; } = [Prototype.Name];

    public IEnumerable<AgentTool> Create(ToolContext context) => [Prototype.Bind(new WorkDirectory(context))];

    private static string Update([Description("All steps of the plan, 1 to 50.")] PlanStep?[] steps)
    {
        if (steps.Length is 0 or > MaxSteps) throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"steps has to hold 1 to {MaxSteps} steps, not {steps.Length}."));
        var lines = new string[steps.Length];
        var current = 0;
        for (var index = 0; index < steps.Length; index++)
        {
            var (text, status) = (OneLine(steps[index]?.Text), steps[index]?.Status);
            if (text.Length == 0) throw new ToolException($"Step {index + 1} has no text. Say in a few words what it is.");
            if (text.Length > MaxText) throw new ToolException($"The text of step {index + 1} is longer than {MaxText} characters. Say it shorter.");
            lines[index] = status switch
            {
                Done => $"[x] {text}",
                InProgress => $"[>] {text}",
                Pending or null => $"[ ] {text}",
                _ => throw new ToolException($"The status of step {index + 1} has to be {Pending}, {InProgress} or {Done}, not \"{status}\"."),
            };
            if (status == InProgress && current++ > 0) throw new ToolException($"Step {index + 1} is {InProgress}, and so is one before it. At most one step can be: leave the others {Pending}, or call them {Done}.");
        }

        return string.Join('\n', lines);
    }

    private static string Title(AIFunctionArguments arguments)
    {
        if (!arguments.TryGetValue("steps", out var value) || Element(value) is not { ValueKind: JsonValueKind.Array } steps) return "Plan";
        var done = steps.EnumerateArray().Count(step =>
            step.ValueKind == JsonValueKind.Object && step.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && status.ValueEquals(Done));
        return string.Create(CultureInfo.InvariantCulture, $"Plan: {done} of {steps.GetArrayLength()} done");
    }

    private static JsonElement? Element(object? value)
    {
        if (value is JsonElement element) return element;
        try
        {
            return JsonSerializer.SerializeToElement(value);
        }
        catch (Exception unfit) when (unfit is NotSupportedException or JsonException)
        {
            // No JSON can be made of it, so it is no plan; the call itself says what is wrong.
            return null;
        }
    }

    private static string OneLine(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>One step of a plan as the model gives it.</summary>
internal sealed class PlanStep
{
    [JsonPropertyName("text"), JsonRequired, Description("What is done in it, in a few words.")]
    public string? Text { get; init; }

    [JsonPropertyName("status"), Description("pending (default), in_progress or done.")]
    public string? Status { get; init; }
}

using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>
/// <c>depends_on</c> as it is sent: each element the id of a task, or <c>{"task_id", "on_failure": "fail" or "continue"}</c>.
/// </summary>
internal static class DependencyList
{
    private const string Field = "depends_on";

    /// <summary>Null where the field is absent or null.</summary>
    public static IReadOnlyList<TaskDependency>? Read(IReadOnlyList<JsonElement>? elements, FieldErrors errors)
    {
        if (elements is null) return null;

        var edges = new List<TaskDependency>(elements.Count);
        foreach (var element in elements)
        {
            if (ReadOne(element, errors) is { } edge) edges.Add(edge);
        }

        return edges;
    }

    private static TaskDependency? ReadOne(JsonElement element, FieldErrors errors)
    {
        if (element.ValueKind == JsonValueKind.String && JsonText.TryGet(element, out var id)) return new TaskDependency(id);
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("task_id", out var named) || !JsonText.TryGet(named, out var taskId))
        {
            errors.Add(Field, """each of depends_on has to be the id of a task, or an object such as {"task_id": "task_…", "on_failure": "continue"}.""");
            return null;
        }

        if (!element.TryGetProperty("on_failure", out var failure) || failure.ValueKind == JsonValueKind.Null) return new TaskDependency(taskId);
        switch (JsonText.TryGet(failure, out var word) ? word : null)
        {
            case "fail":
                return new TaskDependency(taskId);
            case "continue":
                return new TaskDependency(taskId, DependencyFailure.Continue);
            default:
                errors.Add(Field, "on_failure of depends_on has to be fail or continue.");
                return null;
        }
    }
}

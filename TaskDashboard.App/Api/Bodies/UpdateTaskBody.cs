using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What PATCH /api/tasks/{id} takes; what is absent or null stays as it is.</summary>
internal sealed record UpdateTaskBody
{
    public string? Title { get; init; }

    [Description("Merged into what is there; a null value removes its key.")]
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    [Description("0 (lowest) to 3.")]
    public int? Priority { get; init; }

    [Description("provider/model, for the next run.")]
    public string? Model { get; init; }

    [Description("As for a new task, in place of what it depended on before; only while it is pending. Empty: on nothing.")]
    public IReadOnlyList<JsonElement>? DependsOn { get; init; }

    public UpdateTask ToCommand()
    {
        var errors = new FieldErrors();
        var metadata = MetadataText.Read(Metadata, errors, nullRemoves: true);
        var dependencies = DependencyList.Read(DependsOn, errors);
        errors.Refuse();
        return new UpdateTask { Title = Title, Metadata = metadata, Priority = Priority, Model = Model, DependsOn = dependencies };
    }
}

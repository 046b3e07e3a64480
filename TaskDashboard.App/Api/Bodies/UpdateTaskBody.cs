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

    public UpdateTask ToCommand()
    {
        var errors = new FieldErrors();
        var metadata = MetadataText.Read(Metadata, errors, nullRemoves: true);
        errors.Refuse();
        return new UpdateTask { Title = Title, Metadata = metadata, Priority = Priority, Model = Model };
    }
}

using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Stores new tasks that belong together: each is looked at before the first is written, so that one that may not be made keeps the others away too.</summary>
internal sealed class CreateTasksOperation(IReadOnlyList<(NewTask Task, TaskChange? Then)> tasks) : WriteOperation<IReadOnlyList<ChangeResult>>
{
    public override void Apply(WriteBatch batch)
    {
        var creations = tasks.Select(task => new CreateTaskOperation(task.Task, task.Then)).ToList();
        if (creations[0].FindExisting(batch) is { } known)
        {
            Result = [.. creations.Select(_ => known)];
            return;
        }

        if (creations.Select(creation => creation.FindRefusal(batch)).FirstOrDefault(refusal => refusal is not null) is { } refused)
        {
            Result = [.. creations.Select(creation => new ChangeResult(creation.FindRefusal(batch) ?? refused, null))];
            return;
        }

        foreach (var creation in creations) creation.Apply(batch);
        Result = [.. creations.Select(creation => creation.Result)];
    }
}

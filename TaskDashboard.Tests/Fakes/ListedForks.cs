using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Writes down what is made out of tasks, and answers with what a test says; refuses when it is told to.</summary>
internal sealed class ListedForks : ITaskForks, IComparisons
{
    public List<TaskOffshoot> Asked { get; } = [];

    public List<CreateComparison> Compared { get; } = [];

    public List<AgentTask> Made { get; } = [];

    public List<(string TaskId, bool StopsOthers)> Picked { get; } = [];

    public Comparison? Comparison { get; set; }

    public RefusedException? Refusal { get; set; }

    public Task<CreatedTask> RerunAsync(RerunTask command, CancellationToken cancellationToken = default) => MakeAsync(command);

    public Task<CreatedTask> ForkAsync(ForkTask command, CancellationToken cancellationToken = default) => MakeAsync(command);

    public Task<IReadOnlyList<AgentTask>> ListAsync(string taskId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<AgentTask>>([.. Made.Where(task => task.Origin?.TaskId == taskId)]);

    public Task<CreatedComparison> CreateAsync(CreateComparison command, CancellationToken cancellationToken = default)
    {
        Compared.Add(command);
        return Refusal is null ? Task.FromResult(new CreatedComparison(Comparison!, false)) : throw Refusal;
    }

    public Task<Comparison?> FindAsync(string comparisonId, CancellationToken cancellationToken = default) => Task.FromResult(Comparison?.Id == comparisonId ? Comparison : null);

    public Task<Comparison> PickAsync(string comparisonId, string taskId, bool stopsOthers, string by, CancellationToken cancellationToken = default)
    {
        Picked.Add((taskId, stopsOthers));
        return Task.FromResult(Comparison = Comparison! with { Items = [.. Comparison.Items.Select(task => task with { Origin = task.Origin! with { PickedAt = task.Id == taskId ? DateTimeOffset.UnixEpoch : null } })] });
    }

    public Task<int> StopAsync(string comparisonId, string by, CancellationToken cancellationToken = default) => Task.FromResult(Comparison!.LiveCount);

    private Task<CreatedTask> MakeAsync(TaskOffshoot command)
    {
        Asked.Add(command);
        return Refusal is null ? Task.FromResult(new CreatedTask(ATask.With("task_made"), false)) : throw Refusal;
    }
}

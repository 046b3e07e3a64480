using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class PendingDeletionsTests
{
    private readonly ManualTimeProvider time = new();
    private readonly RecordingTaskService tasks = new();

    private PendingDeletions Create() => new(tasks, time, NullLogger<PendingDeletions>.Instance);

    [Fact]
    public async Task Delete_IsCarriedOutAfterEightSeconds_NotBefore()
    {
        await using var deletions = Create();
        deletions.Delete(ATask.With("task_1"));
        time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.Empty(tasks.Deleted);
        Assert.Single(deletions.Items);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["task_1"], tasks.Deleted);
        Assert.Empty(deletions.Items);
    }

    [Fact]
    public async Task Undo_InTime_DeletesNothingAndBringsItBack()
    {
        await using var deletions = Create();
        var back = new List<string>();
        deletions.Restored += (task, problem) => back.Add($"{task.Id}{problem}");
        deletions.Delete(ATask.With("task_1"));
        Assert.True(deletions.Undo("task_1"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(tasks.Deleted);
        Assert.Equal(["task_1"], back);
        Assert.False(deletions.Undo("task_1"));
    }

    [Fact]
    public async Task Delete_ThatIsRefused_BringsItBackWithTheReason()
    {
        await using var deletions = Create();
        string? reason = null;
        deletions.Restored += (_, problem) => reason = problem;
        tasks.Refusal = RefusedException.Draining();
        deletions.Delete(ATask.With("task_1"));
        time.Advance(PendingDeletions.UndoTime);
        Assert.Contains("stopping", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfWhatIsGoneAlready_IsFine()
    {
        await using var deletions = Create();
        var restored = false;
        deletions.Restored += (_, _) => restored = true;
        tasks.Refusal = RefusedException.NotFound("task", "task_1");
        deletions.Delete(ATask.With("task_1"));
        time.Advance(PendingDeletions.UndoTime);
        Assert.False(restored);
        Assert.Empty(deletions.Items);
    }

    [Fact]
    public async Task Leaving_CarriesOutWhatIsPending()
    {
        var deletions = Create();
        deletions.Delete(ATask.With("task_1"));
        await deletions.DisposeAsync();
        Assert.Equal(["task_1"], tasks.Deleted);
    }
}

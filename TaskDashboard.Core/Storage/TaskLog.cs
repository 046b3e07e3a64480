using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Hands changes of tasks to the writer.</summary>
internal sealed class TaskLog(StoreWriter writer) : ITaskLog
{
    public Task<ChangeResult> CreateAsync(NewTask task, TaskChange? then) => Write(new CreateTaskOperation(task, then));

    public Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, TaskChange?> decide) => ChangeAsync(taskId, (task, _) => decide(task));

    public Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, ITaskView, TaskChange?> decide) => Write(new TaskChangeOperation(taskId, decide));

    public Task<ChangeResult> DeleteAsync(string taskId) => Write(new DeleteTaskOperation(taskId));

    public Task CheckpointAsync(IReadOnlyList<ChatEntry> openMessages) => Write(new CheckpointOperation(openMessages));

    private Task<TResult> Write<TResult>(WriteOperation<TResult> operation)
    {
        writer.Enqueue(operation);
        return operation.Completion;
    }
}

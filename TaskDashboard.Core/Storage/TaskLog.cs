using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Hands changes of tasks to the writer.</summary>
internal sealed class TaskLog : ITaskLog
{
    private readonly StoreWriter writer;
    private readonly WritePatience patience;

    public TaskLog(StoreWriter writer)
    {
        this.writer = writer;
        ForCaller = new TaskLog(writer, WritePatience.WhileSomebodyWaits);
    }

    private TaskLog(StoreWriter writer, WritePatience patience)
    {
        this.writer = writer;
        this.patience = patience;
        ForCaller = this;
    }

    /// <inheritdoc cref="ITaskLog.ForCaller"/>
    public TaskLog ForCaller { get; }

    ITaskLog ITaskLog.ForCaller => ForCaller;

    public Task<ChangeResult> CreateAsync(NewTask task, TaskChange? then) =>
        Write(new CreateTaskOperation(task, then) { Patience = patience, Characters = task.History.Append(task.FirstMessage).Sum(told => told.Entry?.Text.Length ?? 0) });

    public Task<IReadOnlyList<ChangeResult>> CreateAllAsync(IReadOnlyList<(NewTask Task, TaskChange? Then)> tasks) =>
        Write(new CreateTasksOperation(tasks) { Patience = patience, Characters = tasks.Sum(task => task.Task.FirstMessage.Entry?.Text.Length ?? 0) });

    public Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, TaskChange?> decide, int characters = 0) =>
        ChangeAsync(taskId, (task, _) => decide(task), characters);

    public Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, ITaskView, TaskChange?> decide, int characters = 0) =>
        Write(new TaskChangeOperation(taskId, decide) { Patience = patience, Characters = characters });

    public Task<ChangeResult> DeleteAsync(string taskId) => DeleteAsync(taskId, null);

    /// <param name="taskId">The task.</param>
    /// <param name="mayGo">Asked on the writer; null for yes.</param>
    public Task<ChangeResult> DeleteAsync(string taskId, Func<AgentTask, ITaskView, bool>? mayGo) => Write(new DeleteTaskOperation(taskId, mayGo) { Patience = patience });

    public Task CheckpointAsync(IReadOnlyList<ChatEntry> openMessages) => Write(new CheckpointOperation(openMessages) { Patience = patience });

    private Task<TResult> Write<TResult>(WriteOperation<TResult> operation)
    {
        writer.Enqueue(operation);
        return operation.Completion;
    }
}

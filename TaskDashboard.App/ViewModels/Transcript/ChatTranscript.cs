using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// A chat as a page shows it: the task that the user's turns go to, and in its transcript every other task as a group where it began. Takes in the
/// frames of the chat's stream; replayed they give the same as live.
/// </summary>
/// <param name="mainTaskId">The task that is shown plainly: the primary one, or where that was deleted the oldest.</param>
public sealed class ChatTranscript(string mainTaskId)
{
    private readonly Dictionary<string, TaskGroupItem> groups = [];
    private readonly Dictionary<string, SnapshotFrame> announced = [];
    private long snapshotId;

    public TaskTranscript Main { get; } = new();

    /// <summary>The chat's other tasks.</summary>
    public IReadOnlyCollection<TaskGroupItem> Groups => groups.Values;

    /// <summary>The newest event taken in: the cursor to go on from, and what a reader of the end has seen.</summary>
    public long LastId { get; private set; }

    /// <summary>Everything that the snapshot knew of has arrived.</summary>
    public bool IsCaughtUp => Main.IsCaughtUp && LastId >= snapshotId;

    /// <summary>The chat, or the task that is shown plainly, is gone.</summary>
    public bool IsDeleted { get; private set; }

    public void Apply(StreamFrame frame)
    {
        switch (frame)
        {
            case ChatSnapshotFrame snapshot:
                Begin(snapshot);
                break;
            case ChatEventFrame { Event: var taskEvent } when taskEvent.Id > LastId:
                LastId = taskEvent.Id;
                Record(taskEvent);
                break;
            case DeltaFrame delta when delta.TaskId == mainTaskId:
                Main.Apply(delta);
                break;
            case DeltaFrame delta when groups.TryGetValue(delta.TaskId, out var group):
                group.Transcript.Apply(delta);
                group.Touch();
                break;
            case ChatDeletedFrame:
                IsDeleted = true;
                break;
        }
    }

    /// <summary>The item that an event stands in, or the first one behind it: in the plain task's transcript, or the whole group of another task.</summary>
    public string? FindNew(long eventId, string? taskId) =>
        taskId is not null && groups.TryGetValue(taskId, out var group) ? group.Key : Main.Items.FirstOrDefault(item => item.EventId >= eventId)?.Key;

    /// <summary>Takes in a task's row, which tells more than its events do.</summary>
    public void Learn(AgentTask row)
    {
        if (row.Id == mainTaskId) Main.Learn(row);
        if (!groups.TryGetValue(row.Id, out var group)) return;
        group.Transcript.Introduce(row);
        group.Touch();
    }

    private void Begin(ChatSnapshotFrame snapshot)
    {
        if (snapshot.Resync)
        {
            groups.Clear();
            LastId = 0;
        }

        snapshotId = snapshot.LastId;
        var texts = snapshot.Partials.ToLookup(partial => partial.TaskId, partial => partial.Text);
        foreach (var task in snapshot.Tasks)
        {
            var told = new SnapshotFrame(task, texts[task.Id].LastOrDefault(), snapshot.Resync);
            if (task.Id == mainTaskId)
            {
                Main.Apply(told);
            }
            else if (groups.TryGetValue(task.Id, out var group))
            {
                group.Transcript.Apply(told);
                group.Touch();
            }
            else
            {
                announced[task.Id] = told;
            }
        }

        // Of very many tasks a snapshot has the newest only: then it says nothing of who is gone.
        if (snapshot.Tasks.Count >= ChatPicture.MostTasks) return;
        var present = snapshot.Tasks.Select(task => task.Id).ToHashSet();
        foreach (var gone in groups.Values.Where(group => !present.Contains(group.TaskId)).ToList()) Remove(gone);
        IsDeleted |= !present.Contains(mainTaskId);
    }

    private void Record(TaskEvent taskEvent)
    {
        if (taskEvent.TaskId == mainTaskId)
        {
            Main.TakeIn(taskEvent);
            IsDeleted |= Main.IsDeleted;
            return;
        }

        if (taskEvent.Data is DeletedData)
        {
            if (groups.TryGetValue(taskEvent.TaskId, out var gone)) Remove(gone);
            return;
        }

        if (!groups.TryGetValue(taskEvent.TaskId, out var group))
        {
            groups[taskEvent.TaskId] = group = Main.AddGroup(taskEvent.TaskId, taskEvent);
            if (announced.Remove(taskEvent.TaskId, out var told)) group.Transcript.Apply(told);
        }

        group.Transcript.TakeIn(taskEvent);
        group.LastEventId = taskEvent.Id;
        group.Touch();
    }

    private void Remove(TaskGroupItem group)
    {
        groups.Remove(group.TaskId);
        Main.RemoveGroup(group);
    }
}

using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// A chat as a page shows it: the task that the user's turns go to, and in its transcript every other task as a group where it began. Takes in the
/// frames of the chat's stream; replayed they give the same as live.
/// </summary>
/// <param name="mainTaskId">The task that is shown plainly: the primary one, or where that was deleted the oldest.</param>
public sealed class ChatTranscript(string mainTaskId)
{
    /// <summary>How many live events of tasks that are not in memory are kept, for a group that is read just when they come.</summary>
    private const int MostPassedOver = 200;

    private readonly Dictionary<string, SnapshotFrame> announced = [];
    private readonly Dictionary<string, (TaskBeginning Task, long Number)> beside = [];
    private readonly Queue<TaskEvent> passedOver = [];
    private readonly Dictionary<string, long> passedUpTo = [];
    private readonly Dictionary<string, (string MessageId, EntryRole Role, StreamingText Text)> writing = [];
    private long snapshotId;
    private long number;

    public TaskTranscript Main { get; } = new();

    /// <summary>The chat's other tasks that are not in memory, or not all of them.</summary>
    public IReadOnlyList<(TaskBeginning Task, long Number)> Beside =>
        [.. beside.Values.Where(known => Find(known.Task.Began.TaskId) is not { Transcript.IsWhole: true })];

    /// <summary>The chat's other tasks, as far as they stand in what is in memory.</summary>
    public IReadOnlyCollection<TaskGroupItem> Groups => [.. Main.Items.OfType<TaskGroupItem>()];

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
            case DeltaFrame delta when Find(delta.TaskId) is { } group:
                group.Transcript.Apply(delta);
                group.Touch();
                break;
            case DeltaFrame delta when beside.ContainsKey(delta.TaskId):
                KeepText(delta.TaskId, delta.MessageId, delta.Role, delta.Offset, delta.Text);
                break;
            case ChatDeletedFrame:
                IsDeleted = true;
                break;
        }
    }

    /// <summary>The item that an event stands in, or the first one behind it: in the plain task's transcript, or the whole group of another task.</summary>
    /// <returns>Null where that is not in memory.</returns>
    public string? FindNew(long eventId, string? taskId)
    {
        if (taskId is not null && Find(taskId) is { } group) return group.Key;
        if (taskId is not null && beside.ContainsKey(taskId)) return null;
        foreach (var range in Main.Ranges)
        {
            // Only where what stands before it is there too, nothing earlier may be the first.
            var items = Main.ItemsIn(range);
            if (!range.IsStart && (items.Count == 0 || items[0].EventId > eventId)) return null;
            if (items.FirstOrDefault(item => item.EventId >= eventId) is { } found) return found.Key;
        }

        return null;
    }

    /// <summary>The event of the plain task's log at which the group of another task stands, in memory or not; null for no other task of this chat.</summary>
    public long? FindGroup(string taskId) => beside.TryGetValue(taskId, out var known) ? Math.Max(1, known.Task.Behind) : null;

    /// <summary>Begins with the end of a long log; what other tasks have is taken in where they stand in what is in memory.</summary>
    /// <param name="end">Of the task that is shown plainly.</param>
    /// <param name="lastId">The chat's newest event before that was read: the cursor to go on from. What comes twice counts once.</param>
    /// <param name="others">The chat's other tasks, oldest first.</param>
    internal void Begin(TranscriptEnd end, long lastId, IReadOnlyList<TaskBeginning> others)
    {
        // It may have been tried before.
        Forget();
        Main.Begin(end);
        LastId = lastId;
        foreach (var other in others) beside[other.Began.TaskId] = (other, ++number);
    }

    /// <summary>The other tasks that stand in what is in memory, and are not there yet.</summary>
    internal IReadOnlyList<TaskBeginning> Wanted() =>
        [.. beside.Values.Select(known => known.Task).Where(task => Find(task.Began.TaskId) is null && Main.RangeOf(Math.Max(1, task.Behind)) is not null)];

    /// <summary>So much has come of another task since the end of its log was read that not all of it was kept: it is to be read again.</summary>
    internal bool IsOutdated(TranscriptEnd end) =>
        passedUpTo.GetValueOrDefault(end.Stretch.TaskId) > end.Stretch.LastSeq && Missed(end).FirstOrDefault()?.Seq != end.Stretch.LastSeq + 1;

    /// <summary>Takes in the end of another task's log, and what has come since it was read.</summary>
    internal TaskGroupItem? Add(TranscriptEnd end, AgentTask row)
    {
        if (IsOutdated(end) || Find(row.Id) is not null || !beside.TryGetValue(row.Id, out var known) || Main.RangeOf(Math.Max(1, known.Task.Behind)) is null) return null;
        var group = Main.AddGroup(row.Id, known.Task.Began, known.Task.Behind, known.Number);
        group.Transcript.Begin(end);
        var seen = Math.Max(known.Task.LastSeq, passedUpTo.GetValueOrDefault(row.Id));
        if (announced.Remove(row.Id, out var told))
        {
            Introduce(group, told);
            seen = Math.Max(seen, told.Task.LastSeq);
        }

        group.Transcript.Introduce(row);
        group.LastEventId = end.Stretch.Events.Count > 0 ? end.Stretch.Events[^1].Id : 0;
        foreach (var missed in Missed(end)) Record(missed, group);

        // In what was read behind the last that the stream has told, the text may have its end already.
        if (writing.Remove(row.Id, out var open) && end.Stretch.LastSeq <= seen) group.Transcript.Apply(new DeltaFrame(row.Id, open.MessageId, open.Role, 0, open.Text.ToString()));
        group.Touch();
        return group;
    }

    /// <summary>What a task is writing that is not in memory: whoever comes there while it does sees it from its beginning.</summary>
    private void KeepText(string taskId, string messageId, EntryRole role, int offset, string piece)
    {
        if (!writing.TryGetValue(taskId, out var open) || open.MessageId != messageId) writing[taskId] = open = (messageId, role, new StreamingText());
        open.Text.Add(offset, piece);
    }

    private IEnumerable<TaskEvent> Missed(TranscriptEnd end) => passedOver.Where(told => told.TaskId == end.Stretch.TaskId && told.Seq > end.Stretch.LastSeq);

    /// <summary>Takes in a task's row, which tells more than its events do.</summary>
    public void Learn(AgentTask row)
    {
        if (row.Id == mainTaskId) Main.Learn(row);
        if (Find(row.Id) is not { } group) return;
        group.Transcript.Introduce(row);
        group.Touch();
    }

    /// <summary>A snapshot tells how a task stood at its time: one that is older than what was read of the task says nothing new.</summary>
    private static void Introduce(TaskGroupItem group, SnapshotFrame told)
    {
        if (told.Task.LastSeq >= group.Transcript.LastSeq) group.Transcript.Apply(told);
    }

    private void Begin(ChatSnapshotFrame snapshot)
    {
        if (snapshot.Resync)
        {
            // Before anything is said of the others: whatever is there of them is of the old log.
            Main.Reset();
            Forget();
        }

        snapshotId = snapshot.LastId;
        var texts = snapshot.Partials.ToLookup(partial => partial.TaskId, partial => partial.Text);
        foreach (var task in snapshot.Tasks)
        {
            var told = new SnapshotFrame(task, texts[task.Id].LastOrDefault(), snapshot.Resync && task.Id == mainTaskId);
            if (task.Id == mainTaskId)
            {
                Main.Apply(told);
            }
            else if (Find(task.Id) is { } group)
            {
                Introduce(group, told);
                group.Touch();
            }
            else
            {
                announced[task.Id] = told;
                writing.Remove(task.Id);
                if (told.Partial is { } partial) KeepText(task.Id, partial.MessageId, partial.Role, 0, partial.Text);
            }
        }

        // Of very many tasks a snapshot has the newest only: then it says nothing of who is gone.
        if (snapshot.Tasks.Count >= ChatPicture.MostTasks) return;
        var present = snapshot.Tasks.Select(task => task.Id).ToHashSet();
        foreach (var gone in beside.Keys.Where(id => !present.Contains(id)).ToList()) beside.Remove(gone);
        foreach (var gone in Groups.Where(group => !present.Contains(group.TaskId))) Main.RemoveGroup(gone);
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
            beside.Remove(taskEvent.TaskId);
            if (Find(taskEvent.TaskId) is { } gone) Main.RemoveGroup(gone);
            return;
        }

        if (Find(taskEvent.TaskId) is not { } group)
        {
            if (beside.ContainsKey(taskEvent.TaskId))
            {
                PassOver(taskEvent);
                return;
            }

            group = Main.AddGroup(taskEvent.TaskId, taskEvent, Main.LastSeq, ++number);
            if (announced.Remove(taskEvent.TaskId, out var told)) Introduce(group, told);

            // A short log may become a long one, of which only parts are kept: then the group comes back by this.
            beside[taskEvent.TaskId] = (new TaskBeginning(taskEvent, group.Place.Order, taskEvent.Seq), group.Place.Beside);
        }

        Record(taskEvent, group);
    }

    private static void Record(TaskEvent taskEvent, TaskGroupItem group)
    {
        group.Transcript.TakeIn(taskEvent);
        group.LastEventId = taskEvent.Id;
        group.Touch();
    }

    /// <summary>It stands where nobody is: it is read when somebody comes there, who may have read the rest of its log just now.</summary>
    private void PassOver(TaskEvent taskEvent)
    {
        passedUpTo[taskEvent.TaskId] = taskEvent.Seq;
        if (taskEvent.Data is MessageData { MessageId: var said } && writing.TryGetValue(taskEvent.TaskId, out var open) && open.MessageId == said) writing.Remove(taskEvent.TaskId);
        if (taskEvent.Data is ThoughtData { MessageId: var thought } && writing.TryGetValue(taskEvent.TaskId, out open) && open.MessageId == thought) writing.Remove(taskEvent.TaskId);
        passedOver.Enqueue(taskEvent);
        if (passedOver.Count > MostPassedOver) passedOver.Dequeue();
    }

    private void Forget()
    {
        beside.Clear();
        passedOver.Clear();
        passedUpTo.Clear();
        writing.Clear();
        (LastId, number) = (0, 0);
    }

    /// <summary>The group of a task; null where it is not in memory.</summary>
    internal TaskGroupItem? Find(string taskId) => Main.Find(TaskGroupItem.KeyOf(taskId)) as TaskGroupItem;
}

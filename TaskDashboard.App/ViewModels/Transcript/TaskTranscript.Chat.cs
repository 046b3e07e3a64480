using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What a chat asks of the transcripts of its tasks.</summary>
public sealed partial class TaskTranscript
{
    private long eventId;

    /// <summary>Takes in an event that came by the stream of the chat.</summary>
    internal void TakeIn(TaskEvent taskEvent)
    {
        if (taskEvent.Seq <= LastSeq) return;
        LastSeq = taskEvent.Seq;
        eventId = taskEvent.Id;
        Record(taskEvent);
    }

    /// <summary>Takes in the row of a task that no snapshot told of: it began while the chat was watched.</summary>
    internal void Introduce(AgentTask row)
    {
        if (Task is not null)
        {
            Learn(row);
            return;
        }

        Task = row;
        rowSeq = row.LastSeq;
        LearnModes(row);
    }

    /// <summary>Puts another task of the chat where it began: behind what this one's log held then, in the same place when it is read again.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="began">Its first event.</param>
    /// <param name="behind">What this log held then.</param>
    /// <param name="number">Which of the chat's other tasks it is, from 1.</param>
    internal TaskGroupItem AddGroup(string taskId, TaskEvent began, long behind, long number)
    {
        var item = new TaskGroupItem(taskId) { At = began.At, EventId = began.Id };
        byKey.Add(item.Key, item);
        Insert(item, new TranscriptPlace(TranscriptBand.Logged, behind, number));
        return item;
    }

    internal void RemoveGroup(TaskGroupItem item) => Remove(item);

    /// <summary>The chat is told from its start again.</summary>
    internal void Reset() => Forget();
}

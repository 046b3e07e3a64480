using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>The task itself, as the newest frame and the newest reading of its row leave it.</summary>
public sealed partial class TaskTranscript
{
    private long rowSeq;

    /// <summary>The task after the newest frame; null before the first one.</summary>
    public AgentTask? Task { get; private set; }

    /// <summary>
    /// Takes in the task's row, which tells more than its events do: its place in the queue, attempts, ties, how a stop went, modes of queued
    /// messages. It may be ahead of the events or behind them; neither turns the other back.
    /// </summary>
    public void Learn(AgentTask row)
    {
        if (Task is not { } shown || row.Version < shown.Version) return;
        if (row.LastSeq >= LastSeq)
        {
            Task = row;
            rowSeq = row.LastSeq;
        }
        else
        {
            Task = row with
            {
                Title = shown.Title,
                Status = shown.Status,
                Reason = shown.Reason,
                ReasonText = shown.ReasonText,
                ReasonAt = shown.ReasonAt,
                DueAt = shown.DueAt,
                RunId = shown.RunId,
                StartedAt = shown.StartedAt,
                EndedAt = shown.EndedAt,
                Usage = shown.Usage,
                LastSeq = shown.LastSeq,
            };
        }

        LearnModes(row);
    }

    /// <summary>An event that the row does not know of yet: a replayed one is older than it and must not turn it back.</summary>
    private bool IsNews(TaskEvent taskEvent) => taskEvent.Seq > rowSeq;

    private void Move(StatusData status, TaskEvent taskEvent)
    {
        if (Task is null || !IsNews(taskEvent)) return;

        var starts = status.Status == AgentTaskStatus.Running && status.Previous == AgentTaskStatus.Pending;
        Task = Task with
        {
            Status = status.Status,
            Reason = status.Reason,
            ReasonText = status.ReasonText,
            ReasonAt = taskEvent.At,
            DueAt = status.DueAt,
            RunId = taskEvent.RunId ?? Task.RunId,
            StartedAt = starts ? taskEvent.At : Task.StartedAt,
            EndedAt = status.Status.IsTerminal() ? taskEvent.At : null,
            LastSeq = taskEvent.Seq,
        };
    }
}

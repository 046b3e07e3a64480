using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What each kind of event does to the transcript.</summary>
public sealed partial class TaskTranscript
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Dictionary<string, (DateTimeOffset StartedAt, TaskUsage Usage)> runs = [];

    private void Record(TaskEvent taskEvent)
    {
        // A replayed event is older than the snapshot's row and must not turn the row back.
        var isNews = taskEvent.Seq > snapshotSeq;
        switch (taskEvent.Data)
        {
            case StatusData status:
                if (isNews) Move(status, taskEvent);
                if (status.Status.IsTerminal()) End(taskEvent, OutcomeOf(status.Status), status.Reason, status.ReasonText);
                if (status.Status != AgentTaskStatus.Running) Activity = null;
                break;
            case MessageData message:
                Record(message, taskEvent);
                break;
            case ThoughtData thought:
                Record(thought, taskEvent);
                break;
            case ToolUseData call:
                Logged(new ToolCallItem(call.CallId, call.Name, call.Title, ReadableJson(call.Arguments)), taskEvent);
                break;
            case ToolResultData result:
                Record(result);
                break;
            case RequestData request:
                Logged(new RequestItem(request.RequestId, request.Kind, request.Prompt, request.Options), taskEvent);
                break;
            case RequestResolvedData resolved when byKey.GetValueOrDefault(resolved.RequestId) is RequestItem asked:
                (asked.IsOpen, asked.Answer, asked.By) = (false, resolved.Answer, resolved.By);
                asked.Touch();
                break;
            case UsageData usage:
                Record(usage, taskEvent, isNews);
                break;
            case RunData run:
                Record(run, taskEvent);
                break;
            case SubtaskData subtask:
                Record(subtask, taskEvent);
                break;
            case ProgressData progress:
                Activity = progress.Text ?? Activity;
                break;
            case ErrorData error:
                Logged(new ErrorItem($"error:{taskEvent.Seq}", error.Code, error.Text, error.Retryable), taskEvent);
                break;
            case TitleData title when isNews && Task is not null:
                Task = Task with { Title = title.Title };
                break;
            case DeletedData:
                IsDeleted = true;
                break;
        }
    }

    private void Move(StatusData status, TaskEvent taskEvent)
    {
        if (Task is null) return;

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

    private void Record(MessageData message, TaskEvent taskEvent)
    {
        var item = byKey.GetValueOrDefault(message.MessageId) as MessageItem ?? new MessageItem(message.MessageId, message.Role) { At = taskEvent.At };
        item.Body.Close(message.Text);
        item.State = message.State;
        item.IsPartial = message.Partial;
        if (item.At == default) item.At = taskEvent.At;
        Put(item, message.State == EntryState.Stored ? TranscriptBand.Unread : TranscriptBand.Logged, taskEvent.Seq);
        if (message.Role == EntryRole.Assistant) Activity = null;
    }

    private void Record(ThoughtData thought, TaskEvent taskEvent)
    {
        var item = byKey.GetValueOrDefault(thought.MessageId) as ThoughtItem ?? new ThoughtItem(thought.MessageId);
        item.Body.Close(thought.Text);
        item.Duration = thought.DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null;
        Logged(item, taskEvent);
    }

    private void Record(ToolResultData result)
    {
        Activity = null;
        if (byKey.GetValueOrDefault(result.CallId) is not ToolCallItem call) return;

        (call.Outcome, call.Content, call.Duration) = (result.Status, result.Content, TimeSpan.FromMilliseconds(result.DurationMs));
        call.Touch();

        // A quiet call may now fold with its neighbours.
        StructureVersion++;
    }

    private void Record(UsageData usage, TaskEvent taskEvent, bool isNews)
    {
        var spent = new TaskUsage(usage.Input, usage.Output, usage.Cached, usage.Cost);
        if (isNews && Task is not null) Task = Task with { Usage = Task.Usage.Add(spent) };
        if (taskEvent.RunId is { } runId && runs.TryGetValue(runId, out var run)) runs[runId] = run with { Usage = run.Usage.Add(spent) };
    }

    private void Record(RunData run, TaskEvent taskEvent)
    {
        if (run.Outcome is { } outcome)
        {
            End(taskEvent, outcome, null, run.OutcomeText);
            return;
        }

        runs[run.RunId] = (taskEvent.At, TaskUsage.None);
        if (run.Cause is RunCause.Retry or RunCause.Recovery or RunCause.Trigger)
        {
            Logged(new RunMarkItem($"run:{run.RunId}", run.Cause, run.Attempt), taskEvent);
        }
    }

    private void Record(SubtaskData subtask, TaskEvent taskEvent)
    {
        var key = $"subtask:{subtask.TaskId}";
        var item = byKey.GetValueOrDefault(key) as SubtaskItem ?? new SubtaskItem(key, subtask.TaskId);
        item.Status = subtask.Status;
        if (byKey.ContainsKey(key)) item.Touch();
        else Logged(item, taskEvent);
    }

    /// <summary>Takes in both tellers of an end: the run's own event and the status that goes with it.</summary>
    private void End(TaskEvent taskEvent, RunOutcome outcome, string? reason, string? text)
    {
        var runId = (taskEvent.Data as RunData)?.RunId ?? taskEvent.RunId;
        var key = $"end:{runId ?? taskEvent.TaskId}";
        var item = byKey.GetValueOrDefault(key) as EndingItem ?? new EndingItem(key);
        item.Outcome = outcome;
        item.Reason = reason ?? item.Reason;
        item.Text = text ?? item.Text;
        if (runId is not null && runs.TryGetValue(runId, out var run))
        {
            item.Duration = taskEvent.At - run.StartedAt;
            item.Usage = run.Usage;
        }

        DropError(item.Text);
        Settle();
        Logged(item, taskEvent);
    }

    /// <summary>The banner says the cause; the same sentence right above it would be said twice.</summary>
    private void DropError(string? text)
    {
        var error = items.FindLast(item => item.Place.Band == TranscriptBand.Logged && item is not EndingItem) as ErrorItem;
        if (error is not null && error.Text == text) Remove(error);
    }

    /// <summary>Behind the end nobody is on the way to a model any more: such messages go where they were written.</summary>
    private void Settle()
    {
        foreach (var unread in items.Where(item => item.Place.Band == TranscriptBand.Unread).ToList())
        {
            Put(unread, TranscriptBand.Logged, unread.Place.Order);
        }
    }

    private void Logged(TranscriptItem item, TaskEvent taskEvent)
    {
        if (item.At == default) item.At = taskEvent.At;
        Put(item, TranscriptBand.Logged, taskEvent.Seq);
    }

    private static RunOutcome OutcomeOf(AgentTaskStatus status) => status switch
    {
        AgentTaskStatus.Completed => RunOutcome.Completed,
        AgentTaskStatus.Failed => RunOutcome.Failed,
        _ => RunOutcome.Cancelled,
    };

    private static string ReadableJson(JsonElement json) =>
        json.ValueKind == JsonValueKind.Undefined ? "" : JsonSerializer.Serialize(json, Indented);
}

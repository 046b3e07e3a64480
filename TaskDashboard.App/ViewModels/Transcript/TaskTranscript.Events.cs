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
        switch (taskEvent.Data)
        {
            case StatusData status:
                Record(status, taskEvent);
                break;
            case MessageData message:
                Record(message, taskEvent);
                break;
            case ThoughtData thought:
                Record(thought, taskEvent);
                break;
            case ToolUseData call:
                Logged(new ToolCallItem(call.CallId, call.Name, call.Title, ReadableJson(call.Arguments)) { TaskId = taskEvent.TaskId, WorksSince = taskEvent.At }, taskEvent);
                break;
            case ToolResultData result:
                Record(result, taskEvent);
                break;
            case RequestData request:
                Record(new RequestItem(request.ToRequest(taskEvent.TaskId, taskEvent.RunId, taskEvent.At)), taskEvent);
                break;
            case RequestResolvedData resolved when byKey.GetValueOrDefault(resolved.RequestId) is RequestItem asked:
                Record(resolved, asked, taskEvent);
                break;
            case RequestResolvedData:
                IsElsewhere(taskEvent);
                break;
            case UsageData usage:
                Record(usage, taskEvent);
                break;
            case RunData run:
                Record(run, taskEvent);
                break;
            case SubtaskData subtask:
                Record(subtask, taskEvent);
                break;
            case ProgressData { CallId: { } callId } news:
                Record(news, callId);
                break;
            case ProgressData progress:
                Activity = progress.Text ?? Activity;
                break;
            case ErrorData error:
                Logged(new ErrorItem($"error:{taskEvent.Seq}", error.Code, error.Text, error.Retryable), taskEvent);
                break;
            case TitleData title when Task is not null && IsNews(taskEvent):
                Task = Task with { Title = title.Title };
                break;
            case DeletedData:
                IsDeleted = true;
                break;
        }
    }

    private void Record(StatusData status, TaskEvent taskEvent)
    {
        Move(status, taskEvent);
        if (status.Status != AgentTaskStatus.Running) Activity = null;
        if (status.Status.IsTerminal())
        {
            End(taskEvent, OutcomeOf(status.Status), status.Reason, status.ReasonText);
            Settle();
        }
        else if (isOver)
        {
            Unsettle();
        }
    }

    private void Record(ThoughtData thought, TaskEvent taskEvent)
    {
        var item = byKey.GetValueOrDefault(thought.MessageId) as ThoughtItem ?? new ThoughtItem(thought.MessageId);
        item.Body.Close(thought.Text);
        item.Duration = thought.DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null;
        Logged(item, taskEvent);
    }

    private void Record(ToolResultData result, TaskEvent taskEvent)
    {
        Activity = null;
        if (byKey.GetValueOrDefault(result.CallId) is not ToolCallItem call)
        {
            // It may have changed something all the same.
            if (IsElsewhere(taskEvent)) ChangingCalls++;
            return;
        }

        call.News = null;
        (call.Outcome, call.Content, call.Duration) = (result.Status, result.Content, TimeSpan.FromMilliseconds(result.DurationMs));
        call.ResultSeq = taskEvent.Seq;
        call.Touch();
        if (ReadingTools.MayChange(call.Name)) ChangingCalls++;

        // A quiet call may now fold with its neighbours.
        StructureVersion++;
    }

    private void Record(RequestItem asked, TaskEvent taskEvent)
    {
        Logged(asked, taskEvent);
        Hold(asked.Request.CallId, waits: true, taskEvent);
    }

    private void Record(RequestResolvedData resolved, RequestItem asked, TaskEvent taskEvent)
    {
        asked.Request = resolved.ApplyTo(asked.Request, taskEvent.At);
        asked.Touch();
        Hold(asked.Request.CallId, waits: false, taskEvent);
    }

    private void Hold(string? callId, bool waits, TaskEvent taskEvent)
    {
        if (callId is null || byKey.GetValueOrDefault(callId) is not ToolCallItem call) return;
        (call.WaitsForPerson, call.WorksSince) = (waits, taskEvent.At);
        call.Touch();
    }

    private void Record(ProgressData news, string callId)
    {
        if (byKey.GetValueOrDefault(callId) is not ToolCallItem { Outcome: null } call) return;

        // A call that only says how much is done is still at what it said before.
        call.News = new CallNews(news.Text ?? call.News?.Text, news.Fraction);
        call.Touch();
    }

    private void Record(UsageData usage, TaskEvent taskEvent)
    {
        var spent = new TaskUsage(usage.Input, usage.Output, usage.Cached, usage.Cost);
        if (Task is not null && IsNews(taskEvent)) Task = Task with { Usage = Task.Usage.Add(spent) };

        // The call that made a summary was sent all that the next ones are not.
        ContextTokens = wasSummarised ? null : usage.Input + usage.Output;
        wasSummarised = false;
        if (!isPart && taskEvent.RunId is { } runId && runs.TryGetValue(runId, out var run)) runs[runId] = run with { Usage = run.Usage.Add(spent) };
    }

    private void Record(RunData run, TaskEvent taskEvent)
    {
        if (run.Outcome is { } outcome)
        {
            var ending = End(taskEvent, outcome, null, run.OutcomeText);
            if (run.Receipt is { } receipt) ending.Restart = RestartNotes.From(receipt, callId => byKey.GetValueOrDefault(callId) as ToolCallItem);
            return;
        }

        ReadOpening();
        runs.TryAdd(run.RunId, (taskEvent.At, TaskUsage.None));
        if (run.Cause is RunCause.Retry or RunCause.Recovery or RunCause.Trigger)
        {
            Logged(new RunMarkItem($"run:{run.RunId}", run.Cause, run.Attempt), taskEvent);
        }
    }

    private void Record(SubtaskData subtask, TaskEvent taskEvent)
    {
        if (subtask.Status.IsTerminal()) childEnd = (subtask.TaskId, subtask.Status, taskEvent.Seq);
        senders.Add(subtask.TaskId);
        if (IsElsewhere(taskEvent)) return;
        var key = $"subtask:{subtask.TaskId}";
        var item = byKey.GetValueOrDefault(key) as SubtaskItem ?? new SubtaskItem(key, subtask.TaskId);
        item.Status = subtask.Status;
        if (byKey.ContainsKey(key)) item.Touch();
        else Logged(item, taskEvent);
    }

    /// <summary>Takes in both tellers of an end: the run's own event and the status that goes with it.</summary>
    private EndingItem End(TaskEvent taskEvent, RunOutcome outcome, string? reason, string? text)
    {
        var runId = (taskEvent.Data as RunData)?.RunId ?? taskEvent.RunId;
        var key = $"end:{runId ?? taskEvent.TaskId}";

        // A task may end otherwise than its last run did: cancelled, say, while it waited for its next attempt. The run keeps its outcome.
        if (byKey.GetValueOrDefault(key) is EndingItem known && known.Outcome != outcome) key = $"end:{taskEvent.Seq}";
        var item = byKey.GetValueOrDefault(key) as EndingItem ?? new EndingItem(key, runId);
        item.Outcome = outcome;
        item.Reason = reason ?? item.Reason;
        item.Text = text ?? item.Text;
        if (runId is not null && runs.TryGetValue(runId, out var run))
        {
            item.Duration = taskEvent.At - run.StartedAt;
            item.Usage = run.Usage;
        }

        DropError(item.Text);
        Logged(item, taskEvent);
        return item;
    }

    /// <summary>The banner says the cause; the same sentence right above it would be said twice.</summary>
    private void DropError(string? text)
    {
        var error = items.FindLast(item => item.Place.Band == TranscriptBand.Logged && item is not EndingItem) as ErrorItem;
        if (error is not null && error.Text == text) Remove(error);
    }

    private void Logged(TranscriptItem item, TaskEvent taskEvent)
    {
        if (item.At == default) item.At = taskEvent.At;
        item.IsCopied = taskEvent.Data.Copied;
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

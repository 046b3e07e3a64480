using System.Text.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Builders;

/// <summary>Writes a task's log event by event, gapless from 1, a second apart.</summary>
internal sealed class TaskLogBuilder(string taskId = "task_000001")
{
    private long seq;

    public string? RunId { get; set; } = "run_1";

    public long LastSeq => seq;

    public EventFrame Event(EventData data)
    {
        seq++;
        return new EventFrame(new TaskEvent(seq + 1000, seq, data.Type, ATask.Noon.AddSeconds(seq), taskId, RunId, "chat_1", data, default));
    }

    public EventFrame Status(AgentTaskStatus status, AgentTaskStatus? previous = null, string? reason = null, string? text = null) =>
        Event(new StatusData(status, reason, text, previous));

    public EventFrame Said(string id, string text, EntryRole role = EntryRole.Assistant, EntryState? state = null, int? step = null) =>
        Event(new MessageData(id, role, text) { State = state, Step = step });

    /// <summary>A person's message that waits.</summary>
    public EventFrame Queued(string id, string text) => Said(id, text, EntryRole.User, EntryState.Stored);

    /// <summary>A child's end, with the news of it that waits.</summary>
    public EventFrame[] ChildEnded(string childId, AgentTaskStatus status = AgentTaskStatus.Completed, string text = "It said: 6.") =>
    [
        Event(new SubtaskData(status) { TaskId = childId }),
        Event(new MessageData($"news_{childId}", EntryRole.Subtask, text) { State = EntryState.Stored, From = childId }),
    ];

    public EventFrame Called(string callId, string title = "Read a.txt") =>
        Event(new ToolUseData(callId, "read_file", JsonDocument.Parse("""{"path":"a.txt"}""").RootElement, title));

    public EventFrame Returned(string callId, StepOutcome outcome = StepOutcome.Success, string content = "hello", long ms = 1000) =>
        Event(new ToolResultData(callId, outcome, content, ms));

    public EventFrame RunBegan(string runId = "run_1", int attempt = 1, RunCause cause = RunCause.Start)
    {
        RunId = runId;
        return Event(new RunData(runId, attempt, cause));
    }

    public EventFrame RunEnded(RunOutcome outcome = RunOutcome.Completed, string? text = null) =>
        Event(new RunData(RunId!, 1, RunCause.Start) { Outcome = outcome, OutcomeText = text });

    public DeltaFrame Delta(string messageId, int offset, string text, EntryRole role = EntryRole.Assistant) =>
        new(taskId, messageId, role, offset, text);

    public static SnapshotFrame Snapshot(AgentTask task, OpenMessage? partial = null, bool resync = false) => new(task, partial, resync);
}

namespace TaskDashboard.Core.Events;

/// <summary>Names of the events of a task's log, and of the frames of its stream that are not events.</summary>
public static class EventTypes
{
    public const string Status = "status";
    public const string Message = "message";
    public const string Thought = "thought";
    public const string ToolUse = "tool_use";
    public const string ToolResult = "tool_result";
    public const string Request = "request";
    public const string RequestResolved = "request_resolved";
    public const string Usage = "usage";
    public const string Run = "run";
    public const string Subtask = "subtask";
    public const string Progress = "progress";
    public const string Error = "error";
    public const string Title = "title";
    public const string Deleted = "deleted";

    /// <summary>Frame: the task as it is, first of every stream.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Frame: a piece of a message that is streaming in.</summary>
    public const string MessageDelta = "message_delta";

    /// <summary>Frame: a piece of a thought that is streaming in.</summary>
    public const string ThoughtDelta = "thought_delta";

    /// <summary>Frame: the viewer was too slow, or its cursor was ahead of the log; what follows starts over.</summary>
    public const string Resync = "resync";

    /// <summary>Frame: the task is terminal and everything was sent.</summary>
    public const string End = "end";

    /// <summary>Frame of the list stream: how many tasks stand where.</summary>
    public const string Counts = "counts";
}

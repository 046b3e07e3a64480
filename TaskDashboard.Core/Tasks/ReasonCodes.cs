namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Machine codes for why a task is where it is. Every non-terminal task and every failed one has one of these,
/// together with one plain sentence for people (<see cref="AgentTask.ReasonText"/>).
/// </summary>
public static class ReasonCodes
{
    /// <summary>Pending: every slot is taken; the sentence tells the place in the queue.</summary>
    public const string Slot = "slot";

    /// <summary>Pending or failed: a task that this one depends on is not done, or failed.</summary>
    public const string Dependency = "dependency";

    /// <summary>Pending: a failed attempt is tried again at the due time.</summary>
    public const string Retry = "retry";

    /// <summary>Pending: it was asked to start later.</summary>
    public const string Delayed = "delayed";

    /// <summary>Running: the model is answering.</summary>
    public const string Model = "model";

    /// <summary>Running: one or more tools are at work; the sentence names them.</summary>
    public const string Tool = "tool";

    /// <summary>Running: a cancel was accepted and the run is coming down.</summary>
    public const string Stopping = "stopping";

    /// <summary>Waiting: a tool call needs a person's approval.</summary>
    public const string Approval = "approval";

    /// <summary>Waiting: the agent asked a person a question.</summary>
    public const string Question = "question";

    /// <summary>Waiting: child tasks are still at work.</summary>
    public const string Subtasks = "subtasks";

    /// <summary>Waiting: the provider refuses calls until the due time.</summary>
    public const string RateLimit = "rate_limit";

    /// <summary>Waiting: a budget is used up and somebody has to raise it.</summary>
    public const string Budget = "budget";

    /// <summary>Waiting: somebody paused it.</summary>
    public const string Paused = "paused";

    /// <summary>Failed: the run ended with an error of its own.</summary>
    public const string Error = "error";

    /// <summary>Failed: it took longer than its timeout.</summary>
    public const string Timeout = "timeout";

    /// <summary>Failed: the process that ran it ended, and it was not to be resumed.</summary>
    public const string Orphaned = "orphaned";

    /// <summary>Failed: the model provider refused, was unreachable or cut the answer.</summary>
    public const string Provider = "provider";

    /// <summary>Failed: a limit of the run was reached (steps, repeated calls, consecutive errors).</summary>
    public const string Limit = "limit";
}

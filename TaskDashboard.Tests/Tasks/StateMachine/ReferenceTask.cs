using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Tasks.StateMachine;

/// <summary>
/// What a task should be after each operation, written down a second time, from the design and not from the code: the reference of the
/// model-based test.
/// </summary>
internal sealed class ReferenceTask(int maxAttempts)
{
    /// <summary>The table of the design.</summary>
    private static readonly Dictionary<AgentTaskStatus, AgentTaskStatus[]> Table = new()
    {
        [AgentTaskStatus.Pending] = [AgentTaskStatus.Pending, AgentTaskStatus.Running, AgentTaskStatus.Cancelled, AgentTaskStatus.Failed],
        [AgentTaskStatus.Running] =
            [AgentTaskStatus.Running, AgentTaskStatus.Waiting, AgentTaskStatus.Pending, AgentTaskStatus.Cancelled, AgentTaskStatus.Completed, AgentTaskStatus.Failed],
        [AgentTaskStatus.Waiting] = [AgentTaskStatus.Waiting, AgentTaskStatus.Running, AgentTaskStatus.Cancelled, AgentTaskStatus.Completed, AgentTaskStatus.Failed],
        [AgentTaskStatus.Completed] = [AgentTaskStatus.Pending],
        [AgentTaskStatus.Failed] = [AgentTaskStatus.Pending],
        [AgentTaskStatus.Cancelled] = [AgentTaskStatus.Pending],
    };

    public AgentTaskStatus Status { get; private set; } = AgentTaskStatus.Pending;

    /// <summary>Pending because a failed attempt waits for its due time.</summary>
    public bool WaitsForRetry { get; private set; }

    public int Runs { get; private set; }

    public int Attempt { get; private set; }

    /// <summary>The next run goes on with the same attempt.</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>How each run ended, in order.</summary>
    public List<string> Outcomes { get; } = [];

    private bool IsOwned => Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting;

    private bool IsOver => Status is AgentTaskStatus.Completed or AgentTaskStatus.Failed or AgentTaskStatus.Cancelled;

    public static bool IsLegal(AgentTaskStatus from, AgentTaskStatus to) => Table[from].Contains(to);

    /// <summary>Takes the operation in; false when it has to be refused.</summary>
    public bool Take(TaskOperation operation)
    {
        switch (operation)
        {
            case TaskOperation.Claim when Status == AgentTaskStatus.Pending && !WaitsForRetry:
                Status = AgentTaskStatus.Running;
                Runs++;
                Attempt = IsRecovering ? Math.Max(1, Attempt) : Attempt + 1;
                IsRecovering = false;
                return true;
            case TaskOperation.Work or TaskOperation.Resume when IsOwned:
                Status = AgentTaskStatus.Running;
                return true;
            case TaskOperation.Wait when IsOwned:
                Status = AgentTaskStatus.Waiting;
                return true;
            case TaskOperation.Complete when IsOwned:
                return End(AgentTaskStatus.Completed, "completed");
            case TaskOperation.Fail when IsOwned:
                return End(AgentTaskStatus.Failed, "failed");
            case TaskOperation.FailForNow when IsOwned && Attempt < maxAttempts:
                WaitsForRetry = true;
                return End(AgentTaskStatus.Pending, "failed");
            case TaskOperation.FailForNow when IsOwned:
                return End(AgentTaskStatus.Failed, "failed");
            case TaskOperation.Interrupt when IsOwned:
                IsRecovering = true;
                return End(AgentTaskStatus.Pending, "interrupted");
            case TaskOperation.Due when WaitsForRetry && Status == AgentTaskStatus.Pending:
                WaitsForRetry = false;
                return true;
            case TaskOperation.Cancel when Status == AgentTaskStatus.Pending:
                (Status, WaitsForRetry) = (AgentTaskStatus.Cancelled, false);
                return true;
            case TaskOperation.Cancel when IsOwned:
                return End(AgentTaskStatus.Cancelled, "cancelled");
            case TaskOperation.Continue when IsOver:
                (Status, Attempt, IsRecovering, WaitsForRetry) = (AgentTaskStatus.Pending, 0, false, false);
                return true;
            default:
                return false;
        }
    }

    private bool End(AgentTaskStatus status, string outcome)
    {
        Status = status;
        Outcomes.Add(outcome);
        return true;
    }
}

/// <summary>What can happen to a task.</summary>
internal enum TaskOperation
{
    Claim,
    Work,
    Wait,
    Resume,
    Complete,
    Fail,
    FailForNow,
    Interrupt,
    Due,
    Cancel,
    Continue,

    /// <summary>A write of the owner before the present one.</summary>
    WriteStale,

    /// <summary>A move that the table does not have.</summary>
    Force,
}

using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>Hears of every committed change, in commit order, on the store's writer thread. Must be quick, and must not throw.</summary>
internal interface ICommitListener
{
    /// <param name="before">Null for a new task.</param>
    /// <param name="after">Null for a deleted task.</param>
    /// <param name="events">What was logged, in order.</param>
    void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events);
}

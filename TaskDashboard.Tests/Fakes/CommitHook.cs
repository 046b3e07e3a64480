using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Steps in where a change is on disk, before anybody who waits for it goes on.</summary>
internal sealed class CommitHook(Action<IReadOnlyList<TaskEvent>> committed) : ICommitListener
{
    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events) => committed(events);
}

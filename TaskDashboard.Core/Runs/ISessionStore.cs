using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>Reads back what a task's session consists of.</summary>
internal interface ISessionStore
{
    /// <summary>Every whole entry of the task that a model was given or gave, in order; without messages that wait to be read.</summary>
    Task<IReadOnlyList<ChatEntry>> LoadSessionAsync(AgentTask task, CancellationToken cancellationToken);

    /// <summary>For a task that joined a chat: what people and agents had said there before it came, the newest part of it.</summary>
    Task<IReadOnlyList<ChatEntry>> LoadChatBeforeAsync(AgentTask task, CancellationToken cancellationToken);

    /// <summary>Messages of the task that were streaming in when their process ended, as they were last checkpointed.</summary>
    Task<IReadOnlyList<ChatEntry>> LoadOpenMessagesAsync(AgentTask task, CancellationToken cancellationToken);
}

using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Chats;

/// <summary>A chat with its tasks, as they are.</summary>
/// <param name="Chat">The chat.</param>
/// <param name="Tasks">Its tasks, oldest first; of very many the newest <see cref="MostTasks"/>.</param>
/// <param name="LastId">The newest event of any of them.</param>
public sealed record ChatPicture(Chat Chat, IReadOnlyList<AgentTask> Tasks, long LastId)
{
    /// <summary>How many tasks a picture has, at most.</summary>
    public const int MostTasks = 1000;
}

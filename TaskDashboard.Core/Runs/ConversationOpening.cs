using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>Puts together what a run's model is sent first.</summary>
internal interface IConversationOpening
{
    /// <param name="claimed">The task.</param>
    /// <param name="instructions">Its agent's, with those of its tools.</param>
    /// <param name="takesImages">Whether the model is given images as they are.</param>
    /// <param name="session">What was said in the task so far, in order.</param>
    /// <param name="cancellationToken">Fires when the run has to end.</param>
    ValueTask<Conversation> OpenAsync(AgentTask claimed, string instructions, bool takesImages, IReadOnlyList<ChatEntry> session, CancellationToken cancellationToken);
}

/// <summary>From the store, as every run has it.</summary>
internal sealed class ConversationOpening(ISessionStore sessions, AttachmentStore attachments) : IConversationOpening
{
    public async ValueTask<Conversation> OpenAsync(AgentTask claimed, string instructions, bool takesImages, IReadOnlyList<ChatEntry> session, CancellationToken cancellationToken)
    {
        var chatBefore = claimed.IsPrimary ? [] : await sessions.LoadChatBeforeAsync(claimed, cancellationToken);
        var conversation = Conversation.Begin(instructions, claimed, chatBefore, new AttachedContents(attachments, takesImages));
        conversation.Add(session);
        return conversation;
    }
}

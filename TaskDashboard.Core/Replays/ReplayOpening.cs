using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>Begins with exactly what the run's first model call was sent.</summary>
internal sealed class ReplayOpening(RecordedRun recorded, AttachmentStore attachments) : IConversationOpening
{
    public ValueTask<Conversation> OpenAsync(AgentTask claimed, string instructions, bool takesImages, IReadOnlyList<ChatEntry> session, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Conversation.Of(RecordedMessages.ToMessages(recorded.Calls[0].Exchange), new AttachedContents(attachments, takesImages)));
}

using TaskDashboard.Core.Agents;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The conversations of one caller: everybody has their own of <c>user</c> and <c>system(tag)</c>, and sees of the others those whose task they see.</summary>
internal sealed class CallerConversations(AgentConversations inner, CallerTaskReader reader, CallerTaskService tasks, ICallerSource source, PersonLimits limits, AuditLog audit) : IAgentConversations
{
    public async Task<AgentConversation?> FindAsync(AgentDescriptor descriptor, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(descriptor, source.Caller.UserId, cancellationToken) is { } found && await reader.FindAsync(found.TaskId, cancellationToken) is not null ? found : null;

    public async Task<AgentConversation> PostAsync(AgentDescriptor descriptor, ConversationMessage message, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        if (await inner.FindAsync(descriptor, caller.UserId, cancellationToken) is not { } found) return await BeginAsync(descriptor, message, caller, cancellationToken);
        if (await reader.FindAsync(found.TaskId, cancellationToken) is null) throw RefusedException.NotFound("conversation", descriptor.CacheKey);
        await tasks.SendMessageAsync(found.TaskId, new SendMessage(message.Message), cancellationToken);
        return found;
    }

    /// <summary>What begins is a task like any other.</summary>
    private async Task<AgentConversation> BeginAsync(AgentDescriptor descriptor, ConversationMessage message, Caller caller, CancellationToken cancellationToken)
    {
        using var room = await limits.TakeRoomAsync(caller, caller.UserId, cancellationToken);
        limits.TakeCreation(caller);
        var begun = await inner.PostAsync(descriptor, message, caller.UserId, cancellationToken);
        audit.Append(caller, AuditActions.TaskCreated, begun.TaskId);
        return begun;
    }
}

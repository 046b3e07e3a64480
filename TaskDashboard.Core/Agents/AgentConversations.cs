using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Agents;

/// <summary>The one persistent conversation of a descriptor, and the task that holds it.</summary>
/// <param name="Descriptor">The descriptor's key, such as <c>/task/task_…</c>.</param>
/// <param name="Label">The descriptor in words for people.</param>
/// <param name="Role">Which entry of <c>TaskDashboard:Roles</c> names its model.</param>
/// <param name="TaskId">The task.</param>
/// <param name="ChatId">Its chat.</param>
/// <param name="SessionId">What the model remembers of it.</param>
public sealed record AgentConversation(string Descriptor, string Label, string Role, string TaskId, string ChatId, string SessionId);

/// <summary>What is said in a conversation.</summary>
/// <param name="AgentId">Who is to hold it, where it begins with this message; ignored later on.</param>
/// <param name="Message">What is said.</param>
public sealed record ConversationMessage(string AgentId, string Message);

/// <summary>
/// Finds the conversation that a descriptor names. The same key leads to the same conversation every time, over restarts too: that of the task for
/// <c>task(id)</c> and <c>subagent(id)</c>, that of its task for a trigger, and one of its own for <c>user</c> and <c>system(tag)</c>, which begins with
/// the first message. Safe for threads.
/// </summary>
public interface IAgentConversations
{
    /// <summary>The conversation, or null where there is none (yet).</summary>
    Task<AgentConversation?> FindAsync(AgentDescriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>Says something in the conversation, and begins it where there is none. On disk when it completes.</summary>
    /// <exception cref="RefusedException"><c>not_found</c> for a task or trigger that is not there; what a new task or a message may be refused for.</exception>
    Task<AgentConversation> PostAsync(AgentDescriptor descriptor, ConversationMessage message, CancellationToken cancellationToken = default);
}

/// <inheritdoc/>
internal sealed class AgentConversations(Store store, TaskReader reader, TaskService tasks, TaskCreation creation, TriggerService triggers, IdSource ids) : IAgentConversations
{
    public Task<AgentConversation?> FindAsync(AgentDescriptor descriptor, CancellationToken cancellationToken = default) => FindAsync(descriptor, KnownUsers.Local, cancellationToken);

    public Task<AgentConversation> PostAsync(AgentDescriptor descriptor, ConversationMessage message, CancellationToken cancellationToken = default) =>
        PostAsync(descriptor, message, KnownUsers.Local, cancellationToken);

    public async Task<AgentConversation?> FindAsync(AgentDescriptor descriptor, string personId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var taskId = descriptor.Match(
            user: one => Bound(KeyOf(one, personId)),
            system: one => Bound(KeyOf(one, personId)),
            cron: one => TaskOf(one.Id),
            heartbeat: one => TaskOf(one.Id),
            webhook: one => TaskOf(one.Id),
            subagent: one => one.Id,
            task: one => one.Id);
        return taskId is not null && await reader.FindAsync(taskId, cancellationToken) is { } task ? Of(descriptor, task) : null;
    }

    public async Task<AgentConversation> PostAsync(AgentDescriptor descriptor, ConversationMessage message, string personId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        while (true)
        {
            if (await FindAsync(descriptor, personId, cancellationToken) is { } conversation)
            {
                await tasks.SendMessageAsync(conversation.TaskId, new SendMessage(message.Message), cancellationToken);
                return conversation;
            }

            var mayBegin = descriptor.Match(user: _ => true, system: _ => true, cron: _ => false, heartbeat: _ => false, webhook: _ => false, subagent: _ => false, task: _ => false);
            if (!mayBegin) throw RefusedException.NotFound("conversation", descriptor.CacheKey);
            if (await BeginAsync(descriptor, message, personId, cancellationToken) is { } begun) return begun;
        }
    }

    /// <summary>Null when somebody else began it in this moment.</summary>
    private async Task<AgentConversation?> BeginAsync(AgentDescriptor descriptor, ConversationMessage message, string personId, CancellationToken cancellationToken)
    {
        var order = new CreateTask { AgentId = message.AgentId, Message = message.Message, Title = descriptor.Label, AllowDuplicates = true, For = descriptor, UserId = personId };
        var prepared = await creation.PrepareAsync(order, ids.NewTask(), cancellationToken);
        var created = await store.Writer.EnqueueAsync(batch => ConversationTable.Begin(batch, KeyOf(descriptor, personId), prepared), WritePatience.WhileSomebodyWaits);
        if (created is null) return null;
        return created.Value.Applied ? Of(descriptor, created.Value.First!) : throw RefusedException.Conflict("conversation_not_begun", $"The conversation could not begin: {created.Value.Outcome}.");
    }

    /// <summary>The person at this machine has the plain key, everybody else one of their own.</summary>
    private static string KeyOf(AgentDescriptor descriptor, string personId) => personId == KnownUsers.Local ? descriptor.CacheKey : $"{personId}{descriptor.CacheKey}";

    private string? Bound(string key)
    {
        using var context = store.Contexts.CreateDbContext();
        return context.Conversations.Where(row => row.Id == key).Select(row => row.TaskId).FirstOrDefault();
    }

    private string? TaskOf(string triggerId) => triggers.Find(triggerId)?.TaskId;

    private static AgentConversation Of(AgentDescriptor descriptor, AgentTask task) => new(descriptor.CacheKey, descriptor.Label, descriptor.Role, task.Id, task.ChatId, task.SessionId);
}

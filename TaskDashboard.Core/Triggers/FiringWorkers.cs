using TaskDashboard.Core.Access;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>
/// Finds who is to work when a trigger fires: the agent that it names, or else the task's own; and makes the task ready where it is to be made.
/// </summary>
internal sealed class FiringWorkers(TaskReader reader, AgentStore agents, AgentAdmission admission, IModelCatalog models, TaskCreation creation, FiringMessages messages, ChatAccess access, DataFolders folders)
{
    /// <param name="trigger">The trigger.</param>
    /// <param name="message">What it says this time; null where that is not known yet.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<FiringWorker> FindAsync(Trigger trigger, FiringMessage? message = null, CancellationToken cancellationToken = default)
    {
        var definition = trigger.Definition;
        var task = await reader.FindAsync(trigger.TaskId, cancellationToken);
        if (task is null && definition.Order is null) return new FiringWorker(null, null, null, FiringReasons.TaskGone);
        if (!await MayFireAsync(trigger, task, cancellationToken)) return new FiringWorker(null, null, null, FiringReasons.Refused);
        if (task is null) message ??= await messages.MakeAsync(trigger);
        if (task is null && message!.Problem is { } problem) return new FiringWorker(null, null, null, problem);
        var named = definition.AgentId ?? task?.AgentId ?? definition.Order!.AgentId ?? message!.Task?.AgentId;
        var agent = named is null ? null : await agents.FindAsync(named, cancellationToken);
        if (agent is null or { ArchivedAt: not null }) return new FiringWorker(null, null, null, FiringReasons.AgentGone);
        var agentId = agent.Id;
        bool MayWork() => admission.IsThere(agentId) && admission.TakesNewTasks(agentId);
        var model = definition.AgentId is null ? null : agent.Model ?? models.ForRole(trigger.Target.Role);
        if (task is not null) return new FiringWorker(definition.AgentId, model, null, null, MayWork);
        try
        {
            return new FiringWorker(definition.AgentId, model, await PrepareAsync(trigger, message!, model, cancellationToken), null, MayWork);
        }
        catch (RefusedException)
        {
            // The order was good when it was made; an agent, a model or a folder has gone since. The history says so, and the breaker counts it.
            return new FiringWorker(null, null, null, FiringReasons.Refused);
        }
    }

    /// <summary>
    /// Whoever made it may have been shown out since: of the task's chat, where that is somebody else's, or of this server. What is nobody's is that of the
    /// person at this machine.
    /// </summary>
    private async ValueTask<bool> MayFireAsync(Trigger trigger, AgentTask? task, CancellationToken cancellationToken)
    {
        var person = trigger.PersonId ?? KnownUsers.Local;
        if (task is not null && !access.MayWrite(person, task.Audience with { PersonId = task.PersonId ?? KnownUsers.Local })) return false;
        return (task?.PersonId is null || await folders.AreOpenAsync(task, cancellationToken)) && await access.MayGiveOrdersAsync(person, cancellationToken);
    }

    /// <summary>What the order does not say, the template says, if there is one.</summary>
    private async Task<NewTask> PrepareAsync(Trigger trigger, FiringMessage message, string? model, CancellationToken cancellationToken)
    {
        var order = trigger.Definition.Order!;
        var made = message.Task ?? new CreateTask { AgentId = "", Message = message.Text };
        var prepared = await creation.PrepareAsync(
            made with
            {
                AgentId = order.AgentId ?? made.AgentId,
                Title = order.Title ?? made.Title ?? trigger.Definition.Name,
                Model = order.Model ?? made.Model,
                WorkDir = order.WorkDir ?? made.WorkDir,
                Metadata = order.Metadata ?? made.Metadata,
                AllowDuplicates = true,
                UserId = KnownUsers.Agent,
                PersonId = trigger.PersonId,
            },
            trigger.TaskId, cancellationToken);
        var triggered = new TriggeredRun(trigger.Id, trigger.Definition.AgentId, model is null ? null : prepared.Task.Model, trigger.Definition.TimeoutS);
        return prepared with
        {
            Task = prepared.Task with { NextCause = RunCause.Trigger, Model = model ?? prepared.Task.Model, Settings = prepared.Task.Settings with { Triggered = triggered } },
        };
    }
}

using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>Finds who is to work when a trigger fires: the agent that it names, or else the task's own; and makes the task ready where it is to be made.</summary>
internal sealed class FiringWorkers(ITaskReader reader, IAgentStore agents, AgentAdmission admission, IModelCatalog models, TaskCreation creation)
{
    public async Task<FiringWorker> FindAsync(Trigger trigger, CancellationToken cancellationToken = default)
    {
        var definition = trigger.Definition;
        var task = await reader.FindAsync(trigger.TaskId, cancellationToken);
        if (task is null && definition.Order is null) return new FiringWorker(null, null, null, FiringReasons.TaskGone);
        var agent = await agents.FindAsync(definition.AgentId ?? task?.AgentId ?? definition.Order!.AgentId, cancellationToken);
        if (agent is null or { ArchivedAt: not null }) return new FiringWorker(null, null, null, FiringReasons.AgentGone);
        var agentId = agent.Id;
        bool MayWork() => admission.IsThere(agentId) && admission.TakesNewTasks(agentId);
        var model = definition.AgentId is null ? null : agent.Model ?? models.ForRole(trigger.Target.Role);
        if (task is not null) return new FiringWorker(definition.AgentId, model, null, null, MayWork);
        try
        {
            return new FiringWorker(definition.AgentId, model, await PrepareAsync(trigger, model, cancellationToken), null, MayWork);
        }
        catch (RefusedException)
        {
            // The order was good when it was made; an agent, a model or a folder has gone since. The history says so, and the breaker counts it.
            return new FiringWorker(null, null, null, FiringReasons.Refused);
        }
    }

    private async Task<NewTask> PrepareAsync(Trigger trigger, string? model, CancellationToken cancellationToken)
    {
        var order = trigger.Definition.Order!;
        var prepared = await creation.PrepareAsync(
            new CreateTask
            {
                AgentId = order.AgentId,
                Message = trigger.Definition.Message,
                Title = order.Title ?? trigger.Definition.Name,
                Model = order.Model,
                WorkDir = order.WorkDir,
                Metadata = order.Metadata,
                AllowDuplicates = true,
                UserId = KnownUsers.Agent,
            },
            trigger.TaskId, cancellationToken);
        var triggered = new TriggeredRun(trigger.Id, trigger.Definition.AgentId, model is null ? null : prepared.Task.Model, trigger.Definition.TimeoutS);
        return prepared with
        {
            Task = prepared.Task with { NextCause = RunCause.Trigger, Model = model ?? prepared.Task.Model, Settings = prepared.Task.Settings with { Triggered = triggered } },
        };
    }
}

using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>Lets a task that has ended go on with what a trigger says, in a new run.</summary>
internal static class TriggerPost
{
    /// <summary>False when the task cannot go on now; then nothing was written.</summary>
    public static bool Apply(WriteBatch batch, AgentTask task, Trigger trigger, string message, FiringWorker worker)
    {
        var post = new TaskChangeOperation(task.Id, (current, view) =>
        {
            if (!current.Status.IsTerminal() || worker.MayWork is not { } may || !may()) return null;
            if (current.Name is { } name && TaskName.IsTaken(name, current.ChatId, current.ParentTaskId, view)) return null;
            var entry = UserMessage.New(batch.Ids, current, message);
            return Inbox.Put(entry, MessageMode.Queue, null, view.Now) with
            {
                Then = new TaskChange { Transition = TaskContinuation.Waiting, Edit = row => Triggered(row, trigger, worker) },
            };
        });
        post.Apply(batch);
        return post.Result.Applied;
    }

    /// <summary>The row of a task that a trigger starts. The model of a named agent is for this run; the task's own comes back behind it.</summary>
    private static AgentTask Triggered(AgentTask row, Trigger trigger, FiringWorker worker)
    {
        var begun = TaskContinuation.Begun(row, RunCause.Trigger, new TriggeredRun(trigger.Id, worker.AgentId, null, trigger.Definition.TimeoutS));
        var own = row.Settings.Triggered?.OwnModel ?? row.Model;
        return worker.AgentId is null
            ? begun with { Model = own }
            : begun with { Model = worker.Model ?? own, Settings = begun.Settings with { Triggered = begun.Settings.Triggered! with { OwnModel = own } } };
    }
}

using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>The writer's statements on conversations. On the writer's thread only.</summary>
internal static class ConversationTable
{
    /// <summary>Makes the task of a conversation and binds its key to it, in one transaction. Null when the key leads to a task already.</summary>
    public static ChangeResult? Begin(WriteBatch batch, string key, NewTask task)
    {
        using (var find = new Statement(batch.Database, "SELECT task_id FROM conversations WHERE id = ?"))
        {
            if (find.Texts(key) is [{ } taskId] && batch.Find(taskId) is not null) return null;
        }

        var create = new CreateTaskOperation(task, null);
        create.Apply(batch);
        if (!create.Result.Applied) return create.Result;

        // A key whose task was deleted leads to the new one from here on.
        using var bind = new Statement(batch.Database, "INSERT INTO conversations (id, task_id, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET task_id = excluded.task_id, created_at = excluded.created_at");
        bind.Execute(key, task.Task.Id, StoreTime.ToStore(batch.Now));
        return create.Result;
    }
}

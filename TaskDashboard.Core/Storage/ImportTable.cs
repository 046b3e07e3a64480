using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Takes in what is imported, in pieces that hold nobody up. Logs, transcripts and runs come first, under task numbers that are set aside for them; what has no task is
/// seen by nobody. The tasks come last, all in one transaction, and with it the import is there.
/// </summary>
/// <remarks>A crash in between leaves rows without a task and a row of <c>imports</c> that tells of them: the next start removes them (<see cref="SweepAsync"/>).</remarks>
internal sealed class ImportTable(Store store)
{
    /// <summary>Sets so many task numbers aside.</summary>
    /// <returns>The first of them.</returns>
    public Task<long> BeginAsync(string importId, int tasks) => store.Writer.EnqueueAsync(
        batch =>
        {
            using var known = new Statement(batch.Database, "INSERT INTO sqlite_sequence (name, seq) SELECT 'tasks', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'tasks')");
            known.Execute();
            using var advance = new Statement(batch.Database, "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'tasks'");
            advance.Execute(tasks);
            using var reached = new Statement(batch.Database, "SELECT seq FROM sqlite_sequence WHERE name = 'tasks'");
            var last = reached.Number()!.Value;
            using var insert = Statement.Insert(batch.Database, "imports", ["id", "first_key", "last_key", "created_at"]);
            insert.Execute(importId, last - tasks + 1, last, StoreTime.ToStore(batch.Now));
            return last - tasks + 1;
        },
        WritePatience.WhileSomebodyWaits);

    /// <summary>Writes some rows of tasks that are not there yet.</summary>
    public Task WriteAsync(IReadOnlyList<Action<ImportStatements>> rows) => store.Writer.EnqueueAsync(
        batch =>
        {
            using var statements = new ImportStatements(batch);
            foreach (var row in rows) row(statements);
            return rows.Count;
        },
        WritePatience.WhileSomebodyWaits);

    /// <summary>Shows the tasks: from here on they are there.</summary>
    /// <param name="importId">The import.</param>
    /// <param name="tasks">They, with key and log.</param>
    /// <param name="files">Their attachments, each with its task.</param>
    /// <returns>The tasks as they are now, in the same order.</returns>
    public Task<IReadOnlyList<AgentTask>> CommitAsync(string importId, IReadOnlyList<ImportedTask> tasks, IReadOnlyList<Attachment> files) => store.Writer.EnqueueAsync<IReadOnlyList<AgentTask>>(
        batch =>
        {
            var shown = new List<AgentTask>(tasks.Count);
            using var documents = Statement.Insert(batch.Database, "imported_tasks", ["key", "document"]);
            using var attachments = Statement.Insert(batch.Database, "attachments", ["id", "task_id", "person_id", "name", "media_type", "size", "created_at"]);
            foreach (var (_, document, row) in tasks)
            {
                var task = row with { LastSeq = row.LastSeq + 1 };
                batch.Statements.InsertTaskAt(task);
                documents.Execute(task.Key, document);

                // News for whoever watches the list: everything else in the log is older than what they have seen.
                var told = batch.Statements.AppendEvent(task, task.LastSeq, new TitleData(task.Title) { TaskId = task.Id }, null, batch.Now);
                batch.Note(task.Id, null, task, [told]);
                shown.Add(task);
            }

            foreach (var chat in tasks.Select(task => task.Chat).OfType<Chats.Chat>()) batch.Statements.InsertChat(chat);
            foreach (var file in files) attachments.Execute(file.Id, file.TaskId, file.PersonId, file.Name, file.MediaType, file.Size, StoreTime.ToStore(file.CreatedAt));
            using var done = new Statement(batch.Database, "DELETE FROM imports WHERE id = ?");
            done.Execute(importId);
            return shown;
        },
        WritePatience.WhileSomebodyWaits);

    /// <summary>Removes what an import has left that did not come to its end. Answers with how many tasks it was about.</summary>
    public async Task<long> RemoveAsync(string importId)
    {
        await using var context = await store.Contexts.CreateDbContextAsync();
        if (await context.Imports.SingleOrDefaultAsync(row => row.Id == importId) is not { } import) return 0;
        for (var key = import.FirstKey; key <= import.LastKey; key++)
        {
            var task = key;
            await store.Writer.EnqueueAsync(batch =>
            {
                batch.Statements.DeleteTask(task);
                return true;
            });
        }

        await store.Writer.EnqueueAsync(batch =>
        {
            using var done = new Statement(batch.Database, "DELETE FROM imports WHERE id = ?");
            return done.Execute(importId);
        });
        return import.LastKey - import.FirstKey + 1;
    }

    /// <summary>Removes what every import left that a crash cut off. Only while nothing is imported: at the start.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var left = await context.Imports.Select(row => row.Id).ToListAsync(cancellationToken);
        foreach (var importId in left) await RemoveAsync(importId);
        return left.Count;
    }
}

using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>A task on its way in.</summary>
/// <param name="Told">As it was where it was exported, with its ids of there.</param>
/// <param name="Document">That, word for word.</param>
/// <param name="Row">As it is to be here, less what is known only behind its log: key, and how far the log goes.</param>
internal sealed record ImportedTask(AgentTask Told, string Document, AgentTask Row)
{
    /// <summary>What the chat is called that it begins here; null where another one begins it.</summary>
    public Chat? Chat { get; init; }

    /// <summary>Whether it was at work when it was exported: what was open then is ended with the import.</summary>
    public bool WasLive => !Told.Status.IsTerminal();
}

/// <summary>
/// Decides what becomes of the tasks of an archive: each gets ids of its own and ends where it stands, all are the importing person's, in a chat of their own for each
/// chat that they were in.
/// </summary>
internal static class ImportPlan
{
    /// <summary>Longest name of an agent or a model in UTF-16 units.</summary>
    private const int MostName = 500;

    /// <param name="told">The tasks, each with its JSON.</param>
    /// <param name="manifest">What the archive says of itself.</param>
    /// <param name="importId">The import.</param>
    /// <param name="personId">Whose they will be.</param>
    /// <param name="workDirOf">Where the work folder of a task would be.</param>
    /// <param name="now">The moment of the import.</param>
    /// <exception cref="RefusedException">They are not what an export holds.</exception>
    public static IReadOnlyList<ImportedTask> Of(
        IReadOnlyList<(AgentTask Task, string Document)> told, ArchiveManifest manifest, string importId, string personId, Func<string, string> workDirOf, DateTimeOffset now)
    {
        var byId = told.ToDictionary(one => one.Task.Id, StringComparer.Ordinal);
        if (!byId.TryGetValue(manifest.RootTaskId, out var root)) throw ImportRefusal.In(ArchiveFormat.Manifest, "names a task that is not in the archive");
        var ids = ImportedIds.Of(importId);
        var accessChatId = ids.Map(root.Task.ChatId);
        var plan = new List<ImportedTask>(told.Count);
        var begun = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (task, document) in told.OrderBy(one => one.Task.Id != root.Task.Id).ThenBy(one => !one.Task.IsPrimary).ThenBy(one => one.Task.Id, StringComparer.Ordinal))
        {
            Check(task);
            var isRoot = task.Id == root.Task.Id;
            var parentId = !isRoot && task.ParentTaskId is { } parent && byId.ContainsKey(parent) ? ids.Map(parent) : null;
            var begins = begun.Add(task.ChatId);
            var id = ids.Map(task.Id);
            var row = new AgentTask
            {
                Id = id,
                Title = task.Title,
                Name = task.Name,
                Status = task.Status.IsTerminal() ? task.Status : AgentTaskStatus.Cancelled,
                Reason = task.Status.IsTerminal() ? task.Reason : null,
                ReasonText = task.Status.IsTerminal() ? task.ReasonText : EndText(task),
                ReasonAt = task.Status.IsTerminal() ? task.ReasonAt : now,
                AgentId = task.AgentId,
                AgentName = task.AgentName,
                Model = task.Model,
                ChatId = ids.Map(task.ChatId),
                IsPrimary = begins,
                UserId = personId,
                PersonId = personId,
                AccessChatId = accessChatId,
                SessionId = ids.Map(task.SessionId),
                RunId = ids.MapAny(task.RunId),
                RunCount = task.RunCount,
                Priority = task.Priority,
                Metadata = task.Metadata,
                ParentTaskId = parentId,
                ParentRunId = parentId is null ? null : ids.MapAny(task.ParentRunId),
                ParentCallId = parentId is null ? null : task.ParentCallId,
                ParentAgentId = parentId is null ? null : task.ParentAgentId,
                WorkDir = workDirOf(id),
                MaxAttempts = task.MaxAttempts,
                Attempt = task.Attempt,
                AcceptsMessages = task.AcceptsMessages,
                Stop = task.Stop,
                TimeoutS = task.TimeoutS,
                CreatedAt = task.CreatedAt,
                StartedAt = task.StartedAt,
                EndedAt = task.Status.IsTerminal() ? task.EndedAt : now,
                UpdatedAt = task.UpdatedAt,
                Usage = task.Usage,
                Version = 1,
                Settings = new TaskSettings { Imported = new ImportedFrom(importId, task.Id, manifest.Server, manifest.ExportedAt, now) },
            };
            var chat = begins ? new Chat { ChatId = row.ChatId, UserId = personId, PersonId = personId, AccessChatId = accessChatId, Title = row.Title, CreatedAt = now } : null;
            plan.Add(new ImportedTask(task, document, row) { Chat = chat });
        }

        return plan;
    }

    /// <summary>What the task's log says at its end here, where it had none.</summary>
    public static string EndText(AgentTask told) => $"It was {told.Status.ToWire()} when it was exported. An import shows it as it was then, and it does not go on.";

    /// <summary>How the log of a task ends that was at work when it was exported.</summary>
    public static IEnumerable<EventData> Endings(ImportedTask task, IReadOnlyList<Requests.TaskRequest> open, Runs.Run? run)
    {
        foreach (var request in open) yield return new RequestResolvedData(request.RequestId, request.Kind, null, null);
        if (run is not null) yield return new RunData(run.RunId, run.Attempt, run.Cause) { Outcome = run.Outcome, OutcomeText = run.OutcomeText };
        if (task.WasLive) yield return new StatusData(task.Row.Status, task.Row.Reason, task.Row.ReasonText, task.Told.Status);
    }

    private static void Check(AgentTask task)
    {
        var path = ArchiveFormat.InTask(task.Id, ArchiveFormat.TaskDocument);
        if (!ImportedIds.IsId(task.ChatId, "chat")) throw ImportRefusal.In(path, "has no chat_id of this program's");
        if (!ImportedIds.IsId(task.SessionId, "session")) throw ImportRefusal.In(path, "has no session_id of this program's");
        if (string.IsNullOrWhiteSpace(task.Title) || task.Title.Length > 2 * TaskTitle.MaxGivenLength) throw ImportRefusal.In(path, "has no title, or one that is too long");
        if (!Enum.IsDefined(task.Status)) throw ImportRefusal.In(path, "has a status that is not known");
        if (task.Priority is < 0 or > 3 || task.RunCount < 0 || !TaskValidation.Fits(new Dictionary<string, string>(task.Metadata))) throw ImportRefusal.In(path, "has a priority, a number of runs or metadata that no task may have");
        if (task.AgentName.Length > MostName || task.Model.Length > MostName || task.AgentId.Length > MostName || task.Name?.Length > MostName || task.ReasonText?.Length > TaskTransition.MaxReasonLength) throw ImportRefusal.In(path, "has a name or a reason that is too long");
        if (!ImportBounds.Hold(task.Usage)) throw ImportRefusal.In(path, "has tokens or a cost that no task has");
        if (task.LastSeq < 1) throw ImportRefusal.In(path, "has no log");
    }
}

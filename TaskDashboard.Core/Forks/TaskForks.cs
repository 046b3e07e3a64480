using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Forks;

/// <summary>Makes tasks out of tasks. What lies on the disk for a new one is there before its row, as with attachments everywhere; its log, its transcript and its row are one commit.</summary>
internal sealed class TaskForks(Store store, AgentStore agents, TaskCreation creation, AttachmentStore attachments, ForkFolders folders, TaskWorktrees worktrees, OriginTable origins, IdSource ids) : ITaskForks
{
    private const int MostListed = 100;

    private readonly HistoryReader history = new(store);

    public async Task<CreatedTask> RerunAsync(RerunTask command, CancellationToken cancellationToken = default)
    {
        var digest = DigestOf(command, null, null);
        if (await FindEarlierAsync(command, digest, cancellationToken) is { } earlier) return earlier;
        var from = await FindAsync(command.TaskId, cancellationToken);
        var order = await history.FindOrderAsync(from, cancellationToken)
            ?? throw RefusedException.Conflict("nothing_to_rerun", "Nothing is left of what the task was asked, so it cannot be asked again. Nothing was stored.");

        // What it has of another task itself belongs to the order as well.
        var said = await HistoryCopy.ReadAsync(store, from, order.Seq, cancellationToken);
        return await MakeAsync(from, command, order.Text, order.Attachments, said, new TaskBeginning(new TaskOrigin(OriginKind.Rerun) { TaskId = from.Id }) { Digest = digest }, cancellationToken);
    }

    public async Task<CreatedTask> ForkAsync(ForkTask command, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(command.Text)) throw RefusedException.Validation("text", "text is empty: say what is to be said in place of the message, or behind it.");
        var digest = DigestOf(command, command.MessageId, command.Text);
        if (await FindEarlierAsync(command, digest, cancellationToken) is { } earlier) return earlier;
        var from = await FindAsync(command.TaskId, cancellationToken);
        var message = await store.Reader.FindMessageAsync(from, command.MessageId, cancellationToken) ?? throw RefusedException.NotFound("message", command.MessageId);
        if (message.Role is not (EntryRole.User or EntryRole.Assistant))
            throw RefusedException.Validation("message_id", "message_id has to be a message of a person, which is edited, or of the agent, behind which it goes on. Nothing was stored.");
        if (message.State != EntryState.Read)
        {
            throw RefusedException.Conflict(
                "message_not_read", message.Role == EntryRole.User
                    ? "The agent has not read this message yet: change it where it waits. Nothing was stored."
                    : "The agent is still writing this message. Wait for its end, or take an earlier one. Nothing was stored.");
        }

        var isEdit = message.Role == EntryRole.User;
        var said = await HistoryCopy.ReadAsync(store, from, isEdit ? message.Seq : message.Seq + 1, cancellationToken);
        var beginning = new TaskBeginning(new TaskOrigin(OriginKind.Fork) { TaskId = from.Id, MessageId = message.MessageId })
        {
            Digest = digest,
            WorktreeFrom = from.Worktree is { } worktree ? [$"refs/heads/{worktree.Branch}", worktree.Base] : [],
        };
        return await MakeAsync(from, command, command.Text, isEdit ? message.Attachments : null, said, beginning, cancellationToken);
    }

    public async Task<IReadOnlyList<AgentTask>> ListAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await FindAsync(taskId, cancellationToken);
        var found = new List<AgentTask>();
        foreach (var made in (await origins.ListAsync(taskId, cancellationToken)).TakeLast(MostListed))
        {
            if (await store.Reader.FindAsync(made, cancellationToken) is { } task) found.Add(task);
        }

        return found;
    }

    private async Task<CreatedTask> MakeAsync(
        AgentTask from, TaskOffshoot wanted, string text, IReadOnlyList<AttachedFile>? files, HistoryCopy said, TaskBeginning beginning, CancellationToken cancellationToken)
    {
        var taskId = ids.NewTask();
        var copiesFolder = beginning.Origin.Kind == OriginKind.Fork && folders.HasOwn(from);
        var copies = await attachments.CopyAsync(said.Files.Concat(files ?? []), wanted.UserId, cancellationToken);
        CreatedTask? created = null;
        try
        {
            if (copiesFolder) await folders.CopyAsync(from, taskId, cancellationToken);
            var order = await OrderOfAsync(from, wanted, text, cancellationToken) with
            {
                Attachments = files is null ? null : [.. files.Select(file => copies[file.Id].Id)],
                Beginning = beginning with { TaskId = taskId, History = said.ToLog(ids, copies), HasFolder = copiesFolder },
            };
            return created = await creation.CreateAsync(order, cancellationToken);
        }
        finally
        {
            // Where nothing came of it, or a repeat came in between, nothing of it stays. A commit that nobody waited for any more keeps what it needs until the next start.
            if (created?.Task.Id == taskId)
            {
                folders.Keep(taskId);
            }
            else if (await store.Reader.FindAsync(taskId, CancellationToken.None) is null)
            {
                if (copiesFolder) folders.GiveUp(taskId);
                await attachments.DiscardAsync([.. copies.Values.Select(file => file.Id)]);
            }
        }
    }

    private async Task<CreateTask> OrderOfAsync(AgentTask from, TaskOffshoot wanted, string text, CancellationToken cancellationToken)
    {
        if (wanted.AgentId is null && await agents.FindAsync(from.AgentId, cancellationToken) is null)
            throw RefusedException.Validation("agent_id", $"The agent {from.AgentName} of the task is not there any more: say in agent_id who is to do it. Nothing was stored.");
        var isOwn = from.WorkDir == store.Directory.WorkDirOf(from.Id);
        var folder = from.Worktree is { } worktree ? worktrees.FolderInRepository(from, worktree) : isOwn ? null : from.WorkDir;
        if (folder is not null && !Directory.Exists(folder)) throw RefusedException.Conflict("work_dir_gone", $"The task works in {folder}, which is not there any more. Nothing was stored.");
        return new CreateTask
        {
            AgentId = wanted.AgentId ?? from.AgentId,
            Model = wanted.Model ?? (wanted.AgentId is null || wanted.AgentId == from.AgentId ? from.Settings.Triggered?.OwnModel ?? from.Model : null),
            Message = text,
            Title = from.Title,
            MaxAttempts = from.MaxAttempts,
            AcceptsMessages = from.AcceptsMessages,
            AllowDuplicates = true,
            Metadata = from.Metadata.Count == 0 ? null : from.Metadata,
            Priority = from.Priority,
            TimeoutS = from.TimeoutS,
            WorkDir = folder,
            Worktree = from.Worktree is not null,
            AddDirs = from.Settings.AddDirs,
            EnableSkills = from.EnableSkills,
            EnableMcp = from.EnableMcp,
            IdempotencyKey = wanted.IdempotencyKey,
            UserId = wanted.UserId,
            KeyId = wanted.KeyId,
        };
    }

    /// <summary>What an earlier request with the same key made; looked up before anything is copied, and also where what it was made out of is gone.</summary>
    private async Task<CreatedTask?> FindEarlierAsync(TaskOffshoot wanted, string digest, CancellationToken cancellationToken)
    {
        if (wanted.IdempotencyKey is not { } key || await history.FindKeyAsync(key, cancellationToken) is not { } known) return null;
        if (known.Digest != digest) throw TaskCreation.KeyReused(known.TaskId);
        return await store.Reader.FindAsync(known.TaskId, cancellationToken) is { } task ? new CreatedTask(task, true) : null;
    }

    private static string DigestOf(TaskOffshoot wanted, string? messageId, string? text) =>
        TaskOrder.Digest(new[] { wanted.TaskId, messageId, text, wanted.AgentId, wanted.Model });

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
}

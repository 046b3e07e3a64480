using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Tasks;

/// <summary>Stores new tasks.</summary>
internal sealed class TaskCreation(Store store, AgentStore agents, AgentAdmission admission, IModelCatalog models, TaskDispatcher dispatcher, TaskWorktrees worktrees, DataFolders folders, AttachmentStore attachments, IdSource ids, TimeProvider time, IOptions<DashboardOptions> options)
{
    private readonly TaskLog log = store.Log.ForCaller;

    public async Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken)
    {
        TaskValidation.Check(command);
        dispatcher.RefuseWhenDraining();
        if (command.CommandOf is { } calling) command = CommandOrder.Confine(command, await FindAsync(calling, cancellationToken));
        var startsAtOnce = await StartsAtOnceAsync(command, cancellationToken);
        var (created, agent) = await PlanAsync(command, ids.NewTask(), cancellationToken);
        created = created with { OnlyWithSlot = startsAtOnce && dispatcher.Rejects };
        var task = created.Task;
        var run = startsAtOnce ? dispatcher.TryBeginNew(task.Id, agent) : null;
        ChangeResult result;
        try
        {
            result = await log.CreateAsync(created, run is null ? null : dispatcher.Claim(task, run));
        }
        catch
        {
            if (run is not null) dispatcher.GiveUp(run);
            throw;
        }

        if (result.Applied && run is not null && result.Task!.RunId == run.RunId) dispatcher.Start(result.Task, run, created.FirstMessage.Entry);
        else if (run is not null) dispatcher.GiveUp(run);

        return result.Outcome switch
        {
            ChangeOutcome.Applied => new CreatedTask(store.Reader.WithPlace(result.First!), false),
            ChangeOutcome.Existing => new CreatedTask(store.Reader.WithPlace(result.Task!), true),
            ChangeOutcome.Duplicate => new CreatedTask(store.Reader.WithPlace(result.Task!), true, Duplicate: true),
            ChangeOutcome.NoSlot => throw RefusedException.NoSlot(),
            ChangeOutcome.NameTaken => throw RefusedException.Conflict("name_taken", $"A live task of this chat has the name {command.Name} already."),
            ChangeOutcome.TooManyChildren => throw RefusedException.Conflict(
                "too_many_subtasks", $"The task above it has {options.Value.Limits.MaxLiveSubtasks} live sub-tasks already (TaskDashboard:Limits:MaxLiveSubtasks). Wait for some to end."),
            ChangeOutcome.ParentStopped => throw RefusedException.Conflict("parent_stopped", "The task above it was stopped: nothing can be started under it any more. Nothing was stored."),
            ChangeOutcome.ChatGone => throw RefusedException.NotFound("chat", created.Task.ChatId),
            ChangeOutcome.AgentGone => throw RefusedException.NotFound("agent", agent.Id),
            ChangeOutcome.AgentArchived => throw AgentRefusal.Archived(agent.Name),
            ChangeOutcome.AttachmentTaken => throw await attachments.ExplainAsync(created.FirstMessage.Entry!.Attachments!, cancellationToken),
            ChangeOutcome.DependencyMissing => throw await MissingAsync(command, cancellationToken),
            ChangeOutcome.DependencyCycle => throw DependencyRefusal.Cycle(),
            _ => throw RefusedException.Conflict("idempotency_key_reused", $"The Idempotency-Key was used for another request, which made {result.Task!.Id}. Use a new key for a new task."),
        };
    }

    /// <summary>Everything about a task that is to be stored later, under an id that is there already.</summary>
    /// <exception cref="RefusedException">It cannot be made as things are.</exception>
    public async Task<NewTask> PrepareAsync(CreateTask command, string taskId, CancellationToken cancellationToken)
    {
        TaskValidation.Check(command);
        return (await PlanAsync(command, taskId, cancellationToken)).Task;
    }

    private async Task<(NewTask Task, AgentDefinition Agent)> PlanAsync(CreateTask command, string taskId, CancellationToken cancellationToken)
    {
        var agent = await agents.FindAsync(command.AgentId, cancellationToken) ?? throw RefusedException.NotFound("agent", command.AgentId);
        var digest = command.IdempotencyKey is null ? null : Digest(command with { IdempotencyKey = null });
        command = InFoldersOf(agent, command);
        var lineage = command.ParentTaskId is null ? Lineage.Current : null;
        var model = command.Model ?? agent.Model ?? models.ForRole(RoleOf(agent, command, lineage, taskId));
        if (!models.TryResolve(model, out _, out _, out var problem)) throw RefusedException.Validation("model", problem);

        var isOwnWork = Lineage.Current?.AgentId == agent.Id;
        var files = await attachments.ResolveAsync(command.Attachments, null, cancellationToken);
        var (task, message, warning) = await DraftAsync(command, taskId, files, lineage, agent, model, cancellationToken);
        var created = new NewTask(
            task,
            task.IsPrimary ? new Chat { ChatId = task.ChatId, UserId = task.UserId, PersonId = task.PersonId, AccessChatId = task.AccessChatId, Title = task.Title } : null,
            new LogEntry(new MessageData(message.MessageId, EntryRole.User, message.Text) { Attachments = files }, message))
        {
            IdempotencyKey = command.IdempotencyKey,
            RequestDigest = digest,
            SpawningRunId = lineage?.RunId,
            Warning = warning is null ? null : UserMessage.Notice(ids, task, warning),
            RefusedByAgent = () => RefusalOf(agent.Id, isOwnWork),
            MostSiblings = options.Value.Limits.MaxLiveSubtasks,
        };
        return (created, agent);
    }

    /// <summary>Which of the configured models a task gets that nobody named one for: that of its agent's role, or where that is the usual one, of its descriptor's.</summary>
    private static string RoleOf(AgentDefinition agent, CreateTask command, Lineage? lineage, string taskId)
    {
        var descriptor = command.For ?? ((command.ParentTaskId ?? lineage?.TaskId) is null ? new AgentDescriptor.Task(taskId) : (AgentDescriptor)new AgentDescriptor.Subagent(taskId));
        return agent.Role == new AgentDescriptor.Task(taskId).Role ? descriptor.Role : agent.Role;
    }

    /// <summary>What a live task of an archived agent starts for that agent is part of its work; what others start is new.</summary>
    private ChangeOutcome? RefusalOf(string agentId, bool isOwnWork) =>
        !admission.IsThere(agentId) ? ChangeOutcome.AgentGone : !isOwnWork && !admission.TakesNewTasks(agentId) ? ChangeOutcome.AgentArchived : null;

    /// <summary>The order with the agent's folders in it, where it names none of its own.</summary>
    private static CreateTask InFoldersOf(AgentDefinition agent, CreateTask command)
    {
        var (workDir, addDirs) = (command.WorkDir is null ? agent.WorkDir : null, command.AddDirs.Count == 0 ? agent.AddDirs : []);
        if (workDir is null && addDirs.Count == 0) return command;
        var problems = new Dictionary<string, string[]>();
        FolderValidation.Check(workDir, addDirs, problems);
        if (problems.Count > 0) throw AgentRefusal.Folders(agent.Name, problems);
        return command with { WorkDir = command.WorkDir ?? workDir, AddDirs = addDirs.Count > 0 ? addDirs : command.AddDirs };
    }

    private async Task<(AgentTask Task, ChatEntry Message, string? Warning)> DraftAsync(
        CreateTask command, string taskId, IReadOnlyList<AttachedFile>? files, Lineage? lineage, AgentDefinition agent, string model, CancellationToken cancellationToken)
    {
        var (chat, warning) = command.ChatId is null ? default : await store.Chats.JoinAsync(command.ChatId, cancellationToken);
        var parentId = command.ParentTaskId ?? lineage?.TaskId;
        var parent = parentId is null ? null : await FindAsync(parentId, cancellationToken);
        if (parent is not null) await CheckDepthAsync(parent, cancellationToken);
        // What a task starts is for whoever the task is for, and seen by whoever sees it.
        var personId = chat is not null ? chat.PersonId : parent is not null ? parent.PersonId : command.PersonId;
        await folders.CheckAsync(command, personId, cancellationToken);

        // Kept as they really are: a link that comes into one of them later on is then told from one that was there.
        var folder = command.WorkDir is { } given ? AsItIs(given) : store.Directory.WorkDirOf(taskId);
        var settings = new TaskSettings { AddDirs = [.. command.AddDirs.Select(AsItIs)], EnableSkills = command.EnableSkills, EnableMcp = command.EnableMcp, KeyId = command.KeyId };
        if (command.Worktree)
        {
            (folder, var worktree) = await worktrees.PlanAsync(folder, taskId, cancellationToken);
            settings = settings with { Worktree = worktree };
        }

        var chatId = chat?.ChatId ?? ids.NewChat();
        var task = new AgentTask
        {
            Id = taskId,
            Title = string.IsNullOrWhiteSpace(command.Title) ? TaskTitle.FromMessage(command.Message) : command.Title.Trim(),
            Name = command.Name,
            Status = AgentTaskStatus.Pending,
            Reason = ReasonCodes.Slot,
            ReasonText = PendingReason.SlotText,
            AgentId = agent.Id,
            AgentName = agent.Name,
            Model = model,
            ChatId = chatId,
            IsPrimary = chat is null,
            UserId = chat?.UserId ?? (lineage is null ? command.UserId : KnownUsers.Agent),
            PersonId = personId,
            AccessChatId = chat?.AccessChatId ?? parent?.AccessChatId ?? chatId,
            SessionId = ids.NewSession(),
            Priority = command.Priority ?? AgentTask.DefaultPriority,
            Metadata = command.Metadata ?? AgentTask.EmptyMetadata,
            ParentTaskId = parent?.Id,
            ParentRunId = lineage?.RunId ?? parent?.RunId,
            ParentCallId = lineage?.CallId,
            ParentAgentId = lineage?.AgentId ?? parent?.AgentId,
            WorkDir = folder,
            Settings = settings,
            TimeoutS = command.TimeoutS,
            DependsOn = command.DependsOn,
            DelayUntil = command.DelayUntil is { } start ? StoreTime.Truncate(start) : null, // What the store would not keep must not keep it waiting either.
            MaxAttempts = command.MaxAttempts ?? 1,
            AcceptsMessages = command.AcceptsMessages,
            Fingerprint = command.AllowDuplicates ? null : OrderOf(command, parentId, model),
        };
        if (files is not null) attachments.NoteTask(taskId);
        return (task, UserMessage.New(ids, task, command.Message, files) with { State = EntryState.Read }, warning);
    }

    /// <summary>
    /// Where a folder really is, in the words in which it was given if those say so. One in the data directory is known by that one's name, whatever links
    /// its owner reaches it through.
    /// </summary>
    private string AsItIs(string folder)
    {
        var real = RealPath.Of(folder);
        var isPlain = real == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return isPlain || folder.StartsWith(store.Directory.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? folder : real;
    }

    /// <summary>Does it wait for nothing but a slot, as far as one can see before the store has the last word?</summary>
    private async ValueTask<bool> StartsAtOnceAsync(CreateTask command, CancellationToken cancellationToken)
    {
        if (command.DelayUntil > time.GetUtcNow()) return false;
        foreach (var edge in command.DependsOn)
        {
            if (await store.Reader.FindAsync(edge.TaskId, cancellationToken) is not { } other) return false;
            if (TaskWaits.StateFor(other) is var state && state != DependencyState.Completed && (state, edge.OnFailure) != (DependencyState.Failed, DependencyFailure.Continue)) return false;
        }

        return true;
    }

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);

    /// <summary>Tasks that start tasks that start tasks … end somewhere.</summary>
    private async Task CheckDepthAsync(AgentTask parent, CancellationToken cancellationToken)
    {
        var most = options.Value.Limits.MaxTaskDepth;
        var above = parent;
        for (var depth = 1; above is not null; depth++)
        {
            if (depth > most) throw RefusedException.Conflict("too_deep", $"Tasks may be {most} levels below the first one (TaskDashboard:Limits:MaxTaskDepth); this one would be deeper.");
            above = above.ParentTaskId is { } id ? await store.Reader.FindAsync(id, cancellationToken) : null;
        }
    }

    private async Task<RefusedException> MissingAsync(CreateTask command, CancellationToken cancellationToken)
    {
        foreach (var edge in command.DependsOn)
        {
            if (await store.Reader.FindAsync(edge.TaskId, cancellationToken) is null) return DependencyRefusal.Missing(edge.TaskId);
        }

        return RefusedException.Validation("depends_on", "One of the tasks was deleted in this moment.");
    }

    /// <summary>
    /// What makes two orders the same: who is to do it, where, after what and when, what is said, and the metadata, in whichever order they stand.
    /// </summary>
    private static string OrderOf(CreateTask command, string? parentId, string model)
    {
        var order = new Dictionary<string, object?>
        {
            ["agent_id"] = command.AgentId,
            ["chat_id"] = command.ChatId,
            ["parent"] = parentId,
            ["model"] = model,
            ["name"] = command.Name,
            ["message"] = command.Message,
            ["metadata"] = command.Metadata is null or { Count: 0 } ? null : command.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray(),
            ["work_dir"] = command.WorkDir,
            ["depends_on"] = command.DependsOn.Count == 0 ? null : command.DependsOn.OrderBy(edge => edge.TaskId, StringComparer.Ordinal).ToArray(),
            ["delay_until"] = command.DelayUntil,
        };

        // Only where it was said: the orders of tasks that are live from before they could be said stay the same.
        if (command.AddDirs.Count > 0) order["add_dirs"] = command.AddDirs.Order(StringComparer.Ordinal).ToArray();
        if (command.EnableSkills is false) order["enable_skills"] = false;
        if (command.EnableMcp is false) order["enable_mcp"] = false;
        if (command.Worktree) order["worktree"] = true;

        // Two people who order the same mean two tasks.
        if (command.PersonId is { } person and not KnownUsers.Local) order["person"] = person;

        // Named only where there are some: orders from before there were attachments stay the same.
        if (command.Attachments is { Count: > 0 } files) order["attachments"] = files;
        return Digest(order);
    }

    private static string Digest<TContent>(TContent content) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, EventJson.Options)));
}

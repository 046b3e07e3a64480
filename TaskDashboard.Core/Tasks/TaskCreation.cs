using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Tasks;

/// <summary>Stores new tasks.</summary>
internal sealed class TaskCreation(Store store, AgentStore agents, AgentAdmission admission, IModelCatalog models, TaskDispatcher dispatcher, TaskWorktrees worktrees, DataFolders folders, AttachmentStore attachments, LiveRunTable runs, EngineTelemetry telemetry, IdSource ids, TimeProvider time, IOptions<DashboardOptions> options)
{
    private readonly TaskLog log = store.Log.ForCaller;

    public async Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken)
    {
        TaskValidation.Check(command);
        dispatcher.RefuseWhenDraining();
        if (command.CommandOf is { } calling) command = CommandOrder.Confine(command, await FindAsync(calling, cancellationToken));
        return (await CreateAllAsync([command], cancellationToken))[0];
    }

    /// <summary>All of them in one commit, or none. Where the first has a key that was used before, what that made is answered, and nothing is made.</summary>
    public async Task<IReadOnlyList<CreatedTask>> CreateAllAsync(IReadOnlyList<CreateTask> commands, CancellationToken cancellationToken)
    {
        dispatcher.RefuseWhenDraining();
        var orders = new List<Order>(commands.Count);
        foreach (var command in commands)
        {
            TaskValidation.Check(command);
            var startsAtOnce = await StartsAtOnceAsync(command, cancellationToken);
            var (created, agent) = await PlanAsync(command, command.Beginning?.TaskId ?? ids.NewTask(), cancellationToken);
            orders.Add(new Order(command, created with { OnlyWithSlot = startsAtOnce && dispatcher.Rejects }, agent, startsAtOnce));
        }

        var starts = orders.ConvertAll(order => (Order: order, Run: order.StartsAtOnce ? dispatcher.TryBeginNew(order.Created.Task.Id, order.Agent) : null));
        IReadOnlyList<ChangeResult> results;
        try
        {
            var writes = starts.ConvertAll(start => (start.Order.Created, start.Run is { } run ? dispatcher.Claim(start.Order.Created.Task, run) : null));
            results = writes is [var (only, claim)] ? [await log.CreateAsync(only, claim)] : await log.CreateAllAsync(writes);
        }
        catch
        {
            foreach (var run in starts.Select(start => start.Run).OfType<LiveRun>()) dispatcher.GiveUp(run);
            throw;
        }

        foreach (var (start, result) in starts.Zip(results))
        {
            if (start.Run is not { } run) continue;
            if (result.Applied && result.Task!.RunId == run.RunId) dispatcher.Start(result.Task, run, start.Order.Created.History.Count == 0 ? start.Order.Created.FirstMessage.Entry : null);
            else dispatcher.GiveUp(run);
        }

        var answers = new List<CreatedTask>(orders.Count);
        foreach (var (order, result) in orders.Zip(results)) answers.Add(await AnswerAsync(order, result, cancellationToken));
        return answers;
    }

    private async Task<CreatedTask> AnswerAsync(Order order, ChangeResult result, CancellationToken cancellationToken) => result.Outcome switch
    {
        ChangeOutcome.Applied => new CreatedTask(store.Reader.WithPlace(result.First!), false),
        ChangeOutcome.Existing => new CreatedTask(store.Reader.WithPlace(result.Task!), true),
        ChangeOutcome.Duplicate => new CreatedTask(store.Reader.WithPlace(result.Task!), true, Duplicate: true),
        ChangeOutcome.NoSlot => throw RefusedException.NoSlot(),
        ChangeOutcome.NameTaken => throw RefusedException.Conflict("name_taken", $"A live task of this chat has the name {order.Command.Name} already."),
        ChangeOutcome.TooManyChildren => throw RefusedException.Conflict(
            "too_many_subtasks", $"The task above it has {options.Value.Limits.MaxLiveSubtasks} live sub-tasks already (TaskDashboard:Limits:MaxLiveSubtasks). Wait for some to end."),
        ChangeOutcome.ParentStopped => throw RefusedException.Conflict("parent_stopped", "The task above it was stopped: nothing can be started under it any more. Nothing was stored."),
        ChangeOutcome.ChatGone => throw RefusedException.NotFound("chat", order.Created.Task.ChatId),
        ChangeOutcome.AgentGone => throw RefusedException.NotFound("agent", order.Agent.Id),
        ChangeOutcome.AgentArchived => throw AgentRefusal.Archived(order.Agent.Name),
        ChangeOutcome.AttachmentTaken => throw await attachments.ExplainAsync([.. order.Created.Files], cancellationToken),
        ChangeOutcome.DependencyMissing => throw await MissingAsync(order.Command, cancellationToken),
        ChangeOutcome.DependencyCycle => throw DependencyRefusal.Cycle(),
        _ => throw KeyReused(result.Task!.Id),
    };

    internal static RefusedException KeyReused(string taskId) =>
        RefusedException.Conflict("idempotency_key_reused", $"The Idempotency-Key was used for another request, which made {taskId}. Use a new key for a new task.");

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
        var beginning = command.Beginning;
        var digest = command.IdempotencyKey is null ? null : beginning?.Digest ?? TaskOrder.Digest(command with { IdempotencyKey = null });
        command = beginning is { HasFolder: true } ? command : InFoldersOf(agent, command);
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
            History = beginning?.History ?? [],
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
        if (parent is not null)
        {
            ImportedFrom.RefuseChange(parent);
            await CheckDepthAsync(parent, cancellationToken);
        }
        // What a task starts is for whoever the task is for, and seen by whoever sees it.
        var personId = chat is not null ? chat.PersonId : parent is not null ? parent.PersonId : command.PersonId;
        await folders.CheckAsync(command, personId, cancellationToken);

        // Kept as they really are: a link that comes into one of them later on is then told from one that was there.
        var folder = command.WorkDir is { } given ? AsItIs(given) : store.Directory.WorkDirOf(taskId);
        var settings = new TaskSettings { AddDirs = [.. command.AddDirs.Select(AsItIs)], EnableSkills = command.EnableSkills, EnableMcp = command.EnableMcp, KeyId = command.KeyId, Trace = telemetry.TraceOf(lineage, parent, parent is null ? null : runs.Find(parent.Id)), Origin = command.Beginning?.Origin };
        if (command.Worktree)
        {
            (folder, var worktree) = await worktrees.PlanAsync(folder, taskId, command.Beginning?.WorktreeFrom ?? [], cancellationToken);
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
            Fingerprint = command.AllowDuplicates ? null : TaskOrder.Of(command, parentId, model),
        };
        if (files is not null || command.Beginning?.Files.Any() == true) attachments.NoteTask(taskId);
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

    /// <param name="Command">What was asked for.</param>
    /// <param name="Created">What it comes to.</param>
    /// <param name="Agent">Who gets it.</param>
    /// <param name="StartsAtOnce">Whether it waits for nothing but a slot.</param>
    private sealed record Order(CreateTask Command, NewTask Created, AgentDefinition Agent, bool StartsAtOnce);
}

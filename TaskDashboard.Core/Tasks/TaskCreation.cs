using System.Security.Cryptography;
using System.Text.Json;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>Stores new tasks.</summary>
internal sealed class TaskCreation(Store store, IAgentStore agents, IModelCatalog models, TaskDispatcher dispatcher, IdSource ids)
{
    private readonly TaskLog log = store.Log;

    public async Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken)
    {
        TaskValidation.Check(command);
        dispatcher.RefuseWhenDraining();
        var agent = await agents.FindAsync(command.AgentId, cancellationToken) ?? throw RefusedException.NotFound("agent", command.AgentId);
        var model = command.Model ?? agent.Model ?? models.ForRole("task");
        if (!models.TryResolve(model, out _, out _, out var problem)) throw RefusedException.Validation("model", problem);

        var (task, message) = await DraftAsync(command, agent, model, cancellationToken);
        var chat = task.IsPrimary ? new Chat { ChatId = task.ChatId, UserId = task.UserId, Title = task.Title } : null;
        var fingerprint = command.IdempotencyKey is null ? null : Fingerprint(command);
        var first = new LogEntry(new MessageData(message.MessageId, EntryRole.User, message.Text), message);

        var run = dispatcher.TryBegin(task.Id, RunCause.Start, agent);
        if (run is null) task = task with { ReasonText = dispatcher.PlaceInQueue() };
        ChangeResult result;
        try
        {
            result = await log.CreateAsync(new NewTask(task, chat, first, command.IdempotencyKey, fingerprint), run is null ? null : RunChanges.Claim(task, run));
        }
        catch
        {
            if (run is not null) dispatcher.Abandon(run);
            throw;
        }

        if (!result.Applied)
        {
            if (run is not null) dispatcher.Abandon(run);
            if (result.Outcome == ChangeOutcome.Existing) return new CreatedTask(result.Task!, true);
            if (result.Outcome == ChangeOutcome.NameTaken) throw NameTaken(command.Name!);
            throw RefusedException.Conflict("idempotency_key_reused", $"The Idempotency-Key was used for another request, which made {result.Task!.Id}. Use a new key for a new task.");
        }

        if (run is null) dispatcher.Enqueue(result.Task!);
        else dispatcher.Start(result.Task!, run, message);
        return new CreatedTask(result.First!, false);
    }

    private async Task<(AgentTask Task, ChatEntry Message)> DraftAsync(CreateTask command, AgentDefinition agent, string model, CancellationToken cancellationToken)
    {
        var chat = command.ChatId is null ? null : await store.Reader.FindChatAsync(command.ChatId, cancellationToken) ?? throw RefusedException.NotFound("chat", command.ChatId);
        var parent = command.ParentTaskId is null ? null : await FindAsync(command.ParentTaskId, cancellationToken);
        var taskId = ids.NewTask();
        var task = new AgentTask
        {
            Id = taskId,
            Title = string.IsNullOrWhiteSpace(command.Title) ? TaskTitle.FromMessage(command.Message) : command.Title.Trim(),
            Name = command.Name,
            Status = AgentTaskStatus.Pending,
            Reason = ReasonCodes.Slot,
            ReasonText = "A slot is free; it starts now.",
            AgentId = agent.Id,
            AgentName = agent.Name,
            Model = model,
            ChatId = chat?.ChatId ?? ids.NewChat(),
            IsPrimary = chat is null,
            UserId = chat?.UserId ?? command.UserId,
            SessionId = ids.NewSession(),
            Priority = command.Priority ?? AgentTask.DefaultPriority,
            Metadata = command.Metadata ?? AgentTask.EmptyMetadata,
            ParentTaskId = parent?.Id,
            ParentRunId = parent?.RunId,
            ParentAgentId = parent?.AgentId,
            WorkDir = command.WorkDir ?? store.Directory.WorkDirOf(taskId),
            TimeoutS = command.TimeoutS,
        };
        return (task, UserMessage.New(ids, task, command.Message) with { State = EntryState.Read });
    }

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);

    private static RefusedException NameTaken(string name) => RefusedException.Conflict("name_taken", $"A live task of this chat has the name {name} already.");

    private static string Fingerprint(CreateTask command) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command with { IdempotencyKey = null }, EventJson.Options)));
}

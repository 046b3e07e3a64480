using Microsoft.AspNetCore.Components;
using Radzen;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.App.ViewModels.Family;
using TaskDashboard.App.ViewModels.Forks;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.Components.Chats;

/// <summary>One task, live: what was said and done, and the way to say more. Leaving it changes nothing for the task.</summary>
public partial class TaskChat
{
    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closing = new();
    private TaskFamily family = null!;
    private ForkScope fork = null!;
    private RenderThrottle places = null!;
    private ChatViewModel? chat;
    private AgentTask? task;
    private Task around = Task.CompletedTask;
    private readonly TranscriptReading place = new();
    private TranscriptView? transcript;
    private ReadMark? reading;
    private ChatNews? news;
    private bool missing;
    private int version;
    private (int Structure, long Version) learned;

    [Inject] public required ITaskFeed Feed { get; init; }

    [Inject] public required ITaskReader Reader { get; init; }

    [Inject] public required ITranscriptReader Logs { get; init; }

    [Inject] public required ITaskService Tasks { get; init; }

    [Inject] public required IChatService Chats { get; init; }

    [Inject] public required CurrentCaller Caller { get; init; }

    [Inject] public required LiveTaskList Live { get; init; }

    [Inject] public required NotificationService Notifications { get; init; }

    [Inject] public required TimeProvider Time { get; init; }

    [Inject] public required ILogger<ChatViewModel> Logger { get; init; }

    [Parameter, EditorRequired] public required string TaskId { get; set; }

    /// <summary>Show its chat with it, though it did not begin that: whoever did is deleted.</summary>
    [Parameter] public bool AsChat { get; set; }

    /// <summary>The entry that the page is to show: the sequence number of an event, as the address has it; null for the end.</summary>
    [Parameter] public string? Event { get; set; }

    /// <summary>The header as it was prerendered, so that the live page begins with the same picture.</summary>
    [PersistentState] public AgentTask? Prerendered { get; set; }

    /// <summary>Whether that one is only to be read: what decides it is not sent to browsers.</summary>
    [PersistentState] public bool ReadsAlong { get; set; }

    private bool MayWrite => task is { AccessChatId.Length: > 0 } ? Reader.MayWrite(task) : !ReadsAlong;

    /// <summary>What was imported can be deleted by whoever has it, and no more.</summary>
    private bool MaySpeak => MayWrite && task?.ImportedFrom is null;

    private string Hint => task switch
    {
        null => "Composer.Continue",
        { Status: AgentTaskStatus.Running or AgentTaskStatus.Waiting or AgentTaskStatus.Pending } => "Composer.Queue",
        _ => "Composer.Continue",
    };

    protected override async Task OnInitializedAsync()
    {
        family = new TaskFamily(Reader);
        fork = new ForkScope(TaskId, Caller.Value.Role >= PersonRole.Member);
        places = new RenderThrottle(Time, Logger, ReadPlaceAsync, PlaceInterval);
        if (RendererInfo.IsInteractive)
        {
            task = Prerendered?.Id == TaskId ? Prerendered : await Reader.FindAsync(TaskId);
            await OpenAsync();
        }
        else
        {
            task = Prerendered = await Reader.FindAsync(TaskId);
            missing = task is null;
            ReadsAlong = task is not null && !Reader.MayWrite(task);
        }
    }

    /// <summary>A task that has a chat of its own is shown with everything in that chat; one that joined another's is shown alone.</summary>
    private async Task OpenAsync()
    {
        // Who went on meanwhile has nobody left to end what is begun here.
        if (closing.IsCancellationRequested) return;
        if (task is not null && (task.IsPrimary || AsChat))
        {
            // Before anything is on the screen: from there on it counts as read.
            await TryAsync(async () => news = await Chats.FindNewsAsync(task.ChatId, Caller.Value.UserId, closing.Token));
            if (closing.IsCancellationRequested) return;
            reading = new ReadMark(task.ChatId, Chats, Caller.Value, Time, Logger);
            chat = new SharedChatViewModel(task.ChatId, TaskId, Feed, Reader, Time, Logger, InvokeAsync, Logs) { KnownLength = task.LastSeq };
        }
        else
        {
            chat = new ChatViewModel(TaskId, Feed, Reader, Time, Logger, InvokeAsync, Logs) { KnownLength = task?.LastSeq ?? 0 };
        }

        place.ReadFrom(chat);
        chat.Changed += Refresh;
        chat.ReadFailed += TellNotRead;
        Live.Changed += TakeIn;
        chat.Watch();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Behind the first picture: the transcript need not wait for what is around it.
        if (firstRender && chat is not null) await (around = TryAsync(() => family.LoadAsync(TaskId, closing.Token)));
    }

    protected override void OnParametersSet() => GoToLinked();

    private void Refresh()
    {
        // What is read of a long log before its end is there would be drawn for nobody.
        if (chat is { IsMissing: false, IsDeleted: false, Transcript.IsCaughtUp: false } && task is not null) return;
        task = fork.Task = chat!.Task ?? task;
        version++;
        if (chat.Transcript.IsCaughtUp)
        {
            place.Update(chat.Transcript);
            CountFailures();
        }

        GoToLinked();
        NoteRead();
        StateHasChanged();
        var structure = (chat.Transcript.StructureVersion, task?.Version ?? 0);
        if (structure == learned) return;
        learned = structure;
        _ = TryAsync(async () =>
        {
            // Most of those that it names are below it, and are read in one go.
            await around;
            await family.LearnAsync(Named(), closing.Token);
        });
    }

    /// <summary>The tasks that the page names.</summary>
    private IEnumerable<string> Named()
    {
        if (task is null) return [];
        var transcript = chat!.Transcript;
        return task.DependsOn.Select(edge => edge.TaskId)
            .Concat(new[] { task.ParentTaskId, task.Origin?.TaskId }.OfType<string>())
            .Concat(transcript.Senders)
            .Concat(chat is SharedChatViewModel shared ? shared.Chat.Groups.SelectMany(group => group.Transcript.Senders) : []);
    }

    private void TakeIn(LiveTaskBatch batch)
    {
        // A finished task's stream has ended; when somebody continues it, elsewhere or here, there is a new one to watch.
        if (batch.Resync || batch.Changes.Any(change => change.TaskId == TaskId)) chat?.Watch();
        _ = InvokeAsync(() => TryAsync(async () =>
        {
            // What a child reached is told in this task's log too, also behind its end.
            if (await family.ApplyAsync(batch, closing.Token)) chat?.Watch();
            if (task is not null && TaskStatusAppearance.MayQueue(task)) places.Request();
        }));
    }

    private Task ReadPlaceAsync()
    {
        chat?.ReadRow();
        return Task.CompletedTask;
    }

    private void WatchAgain() => chat?.Watch();

    private async Task<string?> SendAsync(ComposedMessage message)
    {
        try
        {
            if (message.InBackground) return await SendToBackgroundAsync(message);
            await Tasks.SendMessageAsync(TaskId, new SendMessage(message.Text, message.Steers ? MessageMode.Steer : MessageMode.Queue, message.Id) { Attachments = message.Attachments });
            chat?.Watch();
            return null;
        }
        catch (RefusedException refusal)
        {
            return RefusalText.Of(refusal, L);
        }
    }

    /// <summary>A task of its own in this chat, done by the same kind of agent, while this one goes on.</summary>
    private async Task<string?> SendToBackgroundAsync(ComposedMessage message)
    {
        await Tasks.CreateAsync(new CreateTask
        {
            AgentId = task!.AgentId,
            Message = message.Text,
            Attachments = message.Attachments,
            ChatId = task.ChatId,
            UserId = Caller.Value.UserId,

            // The same text twice is meant twice; the same message sent twice is not.
            AllowDuplicates = true,
            IdempotencyKey = $"{task.ChatId}/{message.Id}",
        });
        return null;
    }

    private async Task RetryAsync()
    {
        try
        {
            await Tasks.RetryAsync(TaskId);
            chat?.Watch();
        }
        catch (RefusedException refusal)
        {
            Notifications.Notify(NotificationSeverity.Warning, L["Task.NotRetried"], RefusalText.Of(refusal, L));
        }
    }

    /// <summary>What is around the task is drawn when it can be read; the transcript goes on without it.</summary>
    private async Task TryAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The page is gone, and with it what it was reading.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Logger.LogWarning(exception, "The tasks around {TaskId} could not be read.", TaskId);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Live.Changed -= TakeIn;
        places.Dispose();
        reading?.Dispose();
        await closing.CancelAsync();
        if (chat is not null) await chat.DisposeAsync();
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}

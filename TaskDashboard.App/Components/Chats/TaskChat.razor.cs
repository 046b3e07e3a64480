using Microsoft.AspNetCore.Components;
using Radzen;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Family;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Chats;

/// <summary>One task, live: what was said and done, and the way to say more. Leaving it changes nothing for the task.</summary>
public partial class TaskChat
{
    private static readonly TimeSpan PlaceInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closing = new();
    private TaskFamily family = null!;
    private RenderThrottle places = null!;
    private ChatViewModel? chat;
    private AgentTask? task;
    private Task around = Task.CompletedTask;
    private bool missing;
    private int version;
    private (int Structure, long Version) learned;

    [Inject] public required ITaskFeed Feed { get; init; }

    [Inject] public required ITaskReader Reader { get; init; }

    [Inject] public required ITaskService Tasks { get; init; }

    [Inject] public required LiveTaskList Live { get; init; }

    [Inject] public required NotificationService Notifications { get; init; }

    [Inject] public required TimeProvider Time { get; init; }

    [Inject] public required ILogger<ChatViewModel> Logger { get; init; }

    [Parameter, EditorRequired] public required string TaskId { get; set; }

    /// <summary>The header as it was prerendered, so that the live page begins with the same picture.</summary>
    [PersistentState] public AgentTask? Prerendered { get; set; }

    private string Hint => task switch
    {
        null => "Composer.Continue",
        { Status: AgentTaskStatus.Running or AgentTaskStatus.Waiting or AgentTaskStatus.Pending } => "Composer.Queue",
        _ => "Composer.Continue",
    };

    protected override async Task OnInitializedAsync()
    {
        family = new TaskFamily(Reader);
        places = new RenderThrottle(Time, Logger, ReadPlaceAsync, PlaceInterval);
        if (RendererInfo.IsInteractive)
        {
            task = Prerendered?.Id == TaskId ? Prerendered : null;
            chat = new ChatViewModel(TaskId, Feed, Reader, Time, Logger, InvokeAsync);
            chat.Changed += Refresh;
            Live.Changed += TakeIn;
            chat.Watch();
        }
        else
        {
            task = Prerendered = await Reader.FindAsync(TaskId);
            missing = task is null;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Behind the first picture: the transcript need not wait for what is around it.
        if (firstRender && chat is not null) await (around = TryAsync(() => family.LoadAsync(TaskId, closing.Token)));
    }

    private void Refresh()
    {
        task = chat!.Task ?? task;
        version++;
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
            .Concat(new[] { task.ParentTaskId }.OfType<string>())
            .Concat(transcript.Senders);
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
            await Tasks.SendMessageAsync(TaskId, new SendMessage(message.Text, message.Steers ? MessageMode.Steer : MessageMode.Queue, message.Id) { Attachments = message.Attachments });
            chat?.Watch();
            return null;
        }
        catch (RefusedException refusal)
        {
            return RefusalText.Of(refusal, L);
        }
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
        await closing.CancelAsync();
        if (chat is not null) await chat.DisposeAsync();
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}

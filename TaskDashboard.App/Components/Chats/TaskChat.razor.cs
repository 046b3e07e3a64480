using Microsoft.AspNetCore.Components;
using Radzen;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Chats;

/// <summary>One task, live: what was said and done, and the way to say more. Leaving it changes nothing for the task.</summary>
public partial class TaskChat
{
    private ChatViewModel? chat;
    private AgentTask? task;
    private bool missing;
    private int version;

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
        if (RendererInfo.IsInteractive)
        {
            task = Prerendered?.Id == TaskId ? Prerendered : null;
            chat = new ChatViewModel(TaskId, Feed, Time, Logger, InvokeAsync);
            chat.Changed += Refresh;
            Live.Changed += WatchAgain;
            chat.Watch();
        }
        else
        {
            task = Prerendered = await Reader.FindAsync(TaskId);
            missing = task is null;
        }
    }

    private void Refresh()
    {
        task = chat!.Task ?? task;
        version++;
        StateHasChanged();
    }

    /// <summary>A finished task's stream has ended; when somebody continues the task, elsewhere or here, there is a new one to watch.</summary>
    private void WatchAgain(LiveTaskBatch batch)
    {
        if (batch.Resync || batch.Changes.Any(change => change.TaskId == TaskId)) chat?.Watch();
    }

    private async Task<string?> SendAsync(ComposedMessage message)
    {
        try
        {
            await Tasks.SendMessageAsync(TaskId, new SendMessage(message.Text, message.Steers ? MessageMode.Steer : MessageMode.Queue, message.Id));
            chat?.Watch();
            return null;
        }
        catch (RefusedException refusal)
        {
            return refusal.Message;
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
            Notifications.Notify(NotificationSeverity.Warning, L["Task.NotRetried"], refusal.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Live.Changed -= WatchAgain;
        if (chat is not null) await chat.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Radzen;
using TaskDashboard.App.Components.Forks;
using TaskDashboard.App.Components.Requests;
using TaskDashboard.App.Components.Templates;
using TaskDashboard.App.Components.Triggers;
using TaskDashboard.App.Components.Usage;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.Components.Tasks;

/// <summary>
/// Does what people choose to do with a task, wherever they choose it: in its row, its menu, its chat or the palette. A refusal is shown, and changes
/// nothing. Used on the circuit's own thread.
/// </summary>
public sealed class TaskCommands(
    ITaskService tasks,
    ITaskReader reader,
    PendingDeletions deletions,
    DialogService dialogs,
    NotificationService notifications,
    NavigationManager navigation,
    IStringLocalizer<Strings> words)
{
    /// <summary>Does one of the verbs of <see cref="TaskVerb"/> that have no address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such verb.</exception>
    public Task DoAsync(string verb, AgentTask task) => verb switch
    {
        TaskVerb.Answer => AnswerAsync(task),
        TaskVerb.Stop => StopAsync(task),
        TaskVerb.Pause => TryAsync("Task.NotPaused", () => tasks.PauseAsync(task.Id)),
        TaskVerb.Resume => TryAsync("Task.NotResumed", () => tasks.ResumeAsync(task.Id)),
        TaskVerb.Retry => RetryAsync(task),
        TaskVerb.Rerun => RerunAsync(task.Id),
        TaskVerb.Repeat => RepeatAsync(task),
        TaskVerb.SaveAsTemplate => SaveAsTemplateAsync(task),
        TaskVerb.Rename => dialogs.OpenAsync<RenameDialog>(words["Task.Rename"], new() { [nameof(RenameDialog.Task)] = task }, new DialogOptions { Width = "460px" }),
        TaskVerb.Budget => BudgetAsync(task),
        TaskVerb.Delete => DeleteAsync(task),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "There is no such verb."),
    };

    /// <summary>Opens the form for a new task. Answers with the task; null when nobody wanted one, or when the page has gone on to it.</summary>
    public async Task<CreatedTask?> MakeTaskAsync() => await dialogs.OpenAsync<NewTaskDialog>(words["NewTask.Title"], options: new DialogOptions
    {
        Width = "560px",
        CssClass = "new-task-dialog",
        AutoFocusFirstElement = false,
        CloseDialogOnOverlayClick = false,
    }) as CreatedTask;

    public Task AnswerAsync(AgentTask task) =>
        dialogs.OpenAsync<RequestsDialog>(task.Title, new() { [nameof(RequestsDialog.TaskId)] = task.Id }, new DialogOptions { Width = "640px", CloseDialogOnEsc = true });

    public Task StopAsync(AgentTask task) => TryAsync("Task.NotStopped", async () =>
    {
        var receipt = await tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        if (receipt.CancelledCount > 1) notifications.Notify(NotificationSeverity.Info, words["Task.StoppedMany", receipt.CancelledCount], task.Title);
    });

    public Task RetryAsync(AgentTask task) => TryAsync("Task.NotRetried", () => tasks.RetryAsync(task.Id));

    /// <summary>Offers the order once more to another agent or model, and goes to the new task.</summary>
    public async Task RerunAsync(string taskId)
    {
        if (await reader.FindAsync(taskId) is not { } task) return;
        var made = await dialogs.OpenAsync<RerunDialog>(words["Forks.RerunWith"], new() { [nameof(RerunDialog.Task)] = task }, new DialogOptions { Width = "560px" });
        if (made is AgentTask rerun) navigation.NavigateTo($"chat?taskId={rerun.Id}");
    }

    /// <summary>Shows what a task may cost, to be changed.</summary>
    public Task BudgetAsync(AgentTask task) =>
        dialogs.OpenAsync<BudgetDialog>(words["Budget.DialogTitle"], new() { [nameof(BudgetDialog.Task)] = task }, new DialogOptions { Width = "460px" });

    /// <summary>Deletes it once it cannot be undone any more, and leaves its page if that is open.</summary>
    public void Delete(AgentTask task)
    {
        var isOpen = IsOpen(task);
        deletions.Delete(task);
        if (isOpen) navigation.NavigateTo("tasks");
    }

    private Task DeleteAsync(AgentTask task)
    {
        Delete(task);
        return Task.CompletedTask;
    }

    private bool IsOpen(AgentTask task)
    {
        var address = navigation.ToAbsoluteUri(navigation.Uri);
        if (!address.AbsolutePath.EndsWith("/chat", StringComparison.Ordinal)) return false;
        var query = QueryHelpers.ParseQuery(address.Query);
        return query.GetValueOrDefault("taskId") == task.Id || query.GetValueOrDefault("chatId") == task.ChatId;
    }

    /// <summary>A schedule for the task, which says again what it was asked first.</summary>
    private async Task RepeatAsync(AgentTask task)
    {
        var first = (await reader.ListMessagesAsync(task.Id, 0, 1)).FirstOrDefault(entry => entry.Role == EntryRole.User);
        await dialogs.OpenAsync<TriggerDialog>(words["Triggers.Repeat"], new() { [nameof(TriggerDialog.Task)] = task, [nameof(TriggerDialog.Message)] = first?.Text ?? "" }, new DialogOptions { Width = "640px" });
    }

    private async Task SaveAsTemplateAsync(AgentTask task)
    {
        var saved = await dialogs.OpenAsync<TemplateDialog>(words["Templates.SaveAsTitle"], new() { [nameof(TemplateDialog.TaskId)] = task.Id }, new DialogOptions { Width = "680px" });
        if (saved is TaskTemplate template) notifications.Notify(NotificationSeverity.Success, words["Templates.Saved", template.Definition.Name], words["Templates.SavedText"]);
    }

    private async Task TryAsync(string failure, Func<Task> verb)
    {
        try
        {
            await verb();
        }
        catch (RefusedException refusal)
        {
            notifications.Notify(NotificationSeverity.Warning, words[failure], RefusalText.Of(refusal, words));
        }
    }
}

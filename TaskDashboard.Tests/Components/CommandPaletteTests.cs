using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using TaskDashboard.App.Components.Commands;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class CommandPaletteTests : PageContext
{
    private NotificationService Shown => Services.GetRequiredService<NotificationService>();

    private static IEnumerable<string?> KeysOf(IRenderedComponent<CommandPalette> palette) => palette.FindAll("[role=option]").Select(option => option.GetAttribute("data-key"));

    [Fact]
    public void Palette_IsAComboboxOverAList_ThatHoldsPagesAndChoices_WithTheirKeys()
    {
        var palette = Render<CommandPalette>();

        var box = palette.Find("[role=combobox]");
        Assert.Equal(palette.Find("[role=listbox]").Id, box.GetAttribute("aria-controls"));
        Assert.Equal(["new-task", "go:tasks", "go:chat", "go:approvals", "go:agents", "go:schedules", "go:usage", "go:settings"], KeysOf(palette).Take(8));
        Assert.Superset(new HashSet<string?> { "theme:dark", "language:zh-Hans", "go:settings#alerts", "help", "rail" }, KeysOf(palette).ToHashSet());
        Assert.Equal(["g", "t"], palette.FindAll("[data-key='go:tasks'] kbd").Select(key => key.TextContent));
        Assert.DoesNotContain("sign-out", KeysOf(palette));
        Assert.Equal(palette.FindAll("[role=option]").Count, palette.FindAll("[role=option]").Select(option => option.Id).Distinct().Count());
    }

    [Fact]
    public void Palette_OfAViewerWithAnAccount_MakesNothing_AndSignsOut()
    {
        People.Take(new Person { Id = "user_vic", UserName = "vic", DisplayName = "Vic", Role = PersonRole.Viewer });
        Services.GetRequiredService<CurrentCaller>().Set(() => People.Find("user_vic")!.Caller);

        var keys = KeysOf(Render<CommandPalette>()).ToList();

        Assert.DoesNotContain(keys, key => key is "new-task" or "go:settings#server" or "go:self-check");
        Assert.Contains("sign-out", keys);
    }

    [Fact]
    public void KeyHelp_ShowsEveryGroup_AndItsSettingAsItIs()
    {
        var help = Render<KeyHelp>(part => part.Add(one => one.AreOn, false));

        Assert.Equal(5, help.FindAll(".key-group").Count);
        Assert.Equal("n", help.Find("[data-command=new-task]").GetAttribute("data-keys"));
        Assert.Equal(["Ctrl", "⌘", "K"], help.FindAll("[data-command=palette] kbd").Select(key => key.TextContent));
        Assert.False(help.Find("[data-single-keys]").HasAttribute("checked"));
    }

    [Fact]
    public async Task AVerb_DoesWhatTheMenuDoes_AndShowsTheSameRefusal()
    {
        Store.Tasks.Add(ATask.With(status: AgentTaskStatus.Failed));
        var calls = Render<CommandCalls>();

        await calls.Instance.DoAsync("retry", "task_000001");
        await Eventually.TrueAsync(() => Tasks.Retried.Count == 1);

        Tasks.Refusal = RefusedException.Conflict("not_retryable", "It is at work already.");
        await calls.Instance.DoAsync("retry", "task_000001");
        await Eventually.TrueAsync(() => Shown.Messages.Count == 1);
        Assert.Equal("The task was not run again", Shown.Messages[0].Summary);
        Tasks.Refusal = null;

        await calls.Instance.DoAsync("pause", "task_000001");
        await calls.Instance.DoAsync("resume", "task_000001");
        await Eventually.TrueAsync(() => (Tasks.Paused.Count, Tasks.Resumed.Count) == (1, 1));
        await calls.Instance.DoAsync("delete", "task_000001");
        await Eventually.TrueAsync(() => Services.GetRequiredService<PendingDeletions>().Items.Count == 1);
    }

    [Fact]
    public async Task AVerbForATaskThatIsGone_SaysSo()
    {
        await Render<CommandCalls>().Instance.DoAsync("stop", "task_gone");
        Assert.Equal("The task is not there any more", Assert.Single(Shown.Messages).Summary);
        Assert.Empty(Tasks.Cancelled);
    }

    [Fact]
    public async Task DeletingTheOpenTask_LeavesItsPage_AndAnotherDoesNot()
    {
        Navigation.NavigateTo("chat?taskId=task_000001");
        var commands = Services.GetRequiredService<TaskCommands>();
        commands.Delete(ATask.With("task_000002") with { ChatId = "chat_2" });
        Assert.EndsWith("chat?taskId=task_000001", Navigation.Uri, StringComparison.Ordinal);
        commands.Delete(ATask.With("task_000001"));
        Assert.EndsWith("/tasks", Navigation.Uri, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => commands.DoAsync("paint", ATask.With()));
    }

    [Fact]
    public async Task TheShortcutOfTheInstalledApp_OpensTheFormForANewTask_AndIsGoneFromTheAddress()
    {
        var opened = new List<string>();
        Services.GetRequiredService<DialogService>().OnOpen += (title, _, _, _) => opened.Add(title ?? "");
        Navigation.NavigateTo(CommandCalls.NewTaskAddress);

        Render<CommandCalls>();

        await Eventually.TrueAsync(() => opened.Count == 1);
        Assert.Equal("New Task", opened[0]);
        Assert.EndsWith("/tasks", Navigation.Uri, StringComparison.Ordinal);
    }
}

using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Commands;

public class PaletteViewModelTests : PageContext
{
    private PaletteViewModel Palette => Services.GetRequiredService<PaletteViewModel>();

    private async Task<IReadOnlyList<string>> VerbsOfAsync(AgentTask task)
    {
        Store.Tasks.Add(task);
        return [.. (await Palette.FindVerbsAsync(task.Id))!.Verbs.Select(verb => verb.Name)];
    }

    [Fact]
    public async Task VerbsOfATaskAtWork_SayHowManyStopWithIt()
    {
        Store.Tasks.AddRange([ATask.With("task_child", parent: "task_root"), ATask.With("task_grandchild", parent: "task_child"), ATask.With("task_done", AgentTaskStatus.Completed, parent: "task_root")]);
        var verbs = await VerbsOfAsync(ATask.With("task_root", title: "Root"));

        Assert.Equal(["view-chat", "stop", "pause", "rerun-with"], verbs.Take(4));
        var found = (await Palette.FindVerbsAsync("task_root"))!;
        Assert.Equal("Root", found.Title);
        Assert.Equal("Stop 3 tasks", found.Verbs.Single(verb => verb.Name == "stop").Label);
        Assert.Equal("Stop and delete", found.Verbs[^1].Label);
        Assert.True(found.Verbs[^1].IsDanger);
    }

    [Fact]
    public async Task VerbsOfATask_AreThoseThatItsStatusAllows()
    {
        var failed = await VerbsOfAsync(ATask.With("task_failed", AgentTaskStatus.Failed));
        var paused = await VerbsOfAsync(ATask.With("task_paused", AgentTaskStatus.Waiting, ReasonCodes.Paused));
        var asking = await VerbsOfAsync(ATask.ThatAsks("task_asking"));
        var stopping = await VerbsOfAsync(ATask.With("task_stopping", AgentTaskStatus.Running, ReasonCodes.Stopping));

        Assert.Contains("retry", failed);
        Assert.DoesNotContain("stop", failed);
        Assert.Contains("resume", paused);
        Assert.DoesNotContain("pause", paused);
        Assert.Equal(["view-chat", "answer", "stop"], asking.Take(3));
        Assert.DoesNotContain(stopping, verb => verb is "stop" or "pause");
    }

    [Fact]
    public async Task VerbsOfAnothersTask_ChangeNothingOfIt()
    {
        Store.Others.Add("task_other");
        var verbs = await VerbsOfAsync(ATask.With("task_other"));
        Assert.DoesNotContain(verbs, verb => verb is "stop" or "pause" or "rename" or "budget" or "delete");

        Services.GetRequiredService<CurrentCaller>().Set(() => new Caller("user_viewer", "Vic", PersonRole.Viewer));
        Assert.Equal(["view-chat", "copy-link", "export-zip", "export-markdown"], (await Palette.FindVerbsAsync("task_other"))!.Verbs.Select(verb => verb.Name));
    }

    [Fact]
    public async Task VerbsOfATaskThatIsNotThere_AreNone()
    {
        Assert.Null(await Palette.FindVerbsAsync("task_none"));
        var task = ATask.With();
        Store.Tasks.Add(task);
        Services.GetRequiredService<PendingDeletions>().Delete(task);
        Assert.Null(await Palette.FindVerbsAsync(task.Id));
    }

    [Fact]
    public async Task TasksByName_AreTheNewest_WithTheirStatus_AndNoneThatIsDeleted()
    {
        for (var index = 1; index <= 12; index++) Store.Tasks.Add(ATask.With($"task_{index:D6}", AgentTaskStatus.Completed, title: $"Report {index}"));
        Store.Tasks.Add(ATask.With("task_other", title: "Something else"));
        Services.GetRequiredService<PendingDeletions>().Delete(Store.Tasks[11]);

        var found = await Palette.FindTasksAsync(" report ", []);

        Assert.Equal(["Report 11", "Report 10", "Report 9", "Report 8", "Report 7", "Report 6", "Report 5", "Report 4"], found.Select(task => task.Title));
        Assert.Equal(("completed", "Completed", "chat?taskId=task_000011"), (found[0].Tone, found[0].Status, found[0].Address));
    }

    [Fact]
    public async Task TasksWithoutWords_AreThoseChosenLast_ThenTheNewest_EachOnce()
    {
        for (var index = 1; index <= 4; index++) Store.Tasks.Add(ATask.With($"task_{index:D6}", title: $"{index}"));

        var found = await Palette.FindTasksAsync("", ["task_000002", "task_gone", "task_000002", "task_000001"]);

        Assert.Equal(["2", "1", "4", "3"], found.Select(task => task.Title));
    }

    [Fact]
    public async Task AQueryWithoutEnd_IsCut_AndAnswered() => Assert.Empty(await Palette.FindTasksAsync(new string('x', 100_000), []));
}

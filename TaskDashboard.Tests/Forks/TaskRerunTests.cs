using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.WorkDirs;

namespace TaskDashboard.Tests.Forks;

/// <summary>The order of a task once more, to another model.</summary>
public sealed class TaskRerunTests
{
    private static ITaskForks Forks(Engine engine) => engine.Services.GetRequiredService<ITaskForks>();

    [Fact]
    public async Task Rerun_HasTheSameOrderFilesAndSettings_AndAnotherModel_AndBothAreTold()
    {
        await using var engine = await Engine.StartAsync();
        var folder = Directory.CreateTempSubdirectory("rerun-").FullName;
        var file = await engine.UploadAsync("a.txt", "words");
        var origin = await engine.CreateAsync("Do it", command => command with
        {
            Title = "Work",
            Attachments = [file.Id],
            WorkDir = folder,
            AddDirs = [Path.GetTempPath()],
            EnableMcp = false,
            MaxAttempts = 3,
            TimeoutS = 60,
        });
        await engine.WaitForAsync(origin.Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(origin.Id, new SendMessage("And more"));
        await engine.WaitForAsync(origin.Id, task => task is { RunCount: 2, Status: AgentTaskStatus.Completed });
        var before = await TaskRows.ReadAsync(engine.Store, origin.Id);

        var made = (await Forks(engine).RerunAsync(new RerunTask { TaskId = origin.Id, Model = "scripted/other" })).Task;
        await engine.WaitForAsync(made.Id, AgentTaskStatus.Completed);

        Assert.Equal(("scripted/other", "Work", folder, (bool?)false, 3, (int?)60), (made.Model, made.Title, made.WorkDir, made.EnableMcp, made.MaxAttempts, made.TimeoutS));
        Assert.Equal(new TaskOrigin(OriginKind.Rerun) { TaskId = origin.Id }, made.Origin);
        var said = await engine.Reader.ListMessagesAsync(made.Id, 0, 10);
        Assert.Equal(["Do it", "Done."], said.Select(entry => entry.Text));
        Assert.Equal(("a.txt", false), (said[0].Attachments![0].Name, said[0].Attachments![0].Id == file.Id));
        Assert.Equal([made.Id], (await Forks(engine).ListAsync(origin.Id)).Select(task => task.Id));
        Assert.Equal(before, await TaskRows.ReadAsync(engine.Store, origin.Id));
        await engine.Tasks.DeleteAsync(made.Id, "you");
        Assert.Empty(await Forks(engine).ListAsync(origin.Id));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task RerunOfAFork_SaysAgainWhatTheForkWasAsked_BehindWhatItCopied()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("Yes.")));
        var origin = await engine.CreateAsync("First");
        await engine.WaitForAsync(origin.Id, AgentTaskStatus.Completed);
        var answer = (await engine.Reader.ListMessagesAsync(origin.Id, 0, 10))[1];
        var fork = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = answer.MessageId, Text = "Second" })).Task;
        await engine.WaitForAsync(fork.Id, AgentTaskStatus.Completed);

        var rerun = (await Forks(engine).RerunAsync(new RerunTask { TaskId = fork.Id })).Task;
        await engine.WaitForAsync(rerun.Id, AgentTaskStatus.Completed);

        Assert.Equal(["First", "Yes.", "Second", "Yes."], (await engine.Reader.ListMessagesAsync(rerun.Id, 0, 10)).Select(entry => entry.Text));
        Assert.Equal((OriginKind.Rerun, fork.Id), (rerun.Origin!.Kind, rerun.Origin.TaskId));
    }

    [Fact]
    public async Task TaskWithAWorktree_IsRunAgainFromTheHead_AndForkedFromItsBranch()
    {
        using var repository = new GitFolder();
        await using var engine = await Engine.StartAsync();
        var origin = await engine.CreateAsync("Do it", command => command with { WorkDir = repository.At("src"), Worktree = true });
        await engine.WaitForAsync(origin.Id, AgentTaskStatus.Completed);
        await File.WriteAllTextAsync(Path.Join(origin.WorkDir, "new.txt"), "by the agent");
        GitFolder.GitIn(origin.WorkDir, "add", "-A");
        GitFolder.GitIn(origin.WorkDir, "commit", "--quiet", "-m", "Work");
        var answer = (await engine.Reader.ListMessagesAsync(origin.Id, 0, 10)).Single(entry => entry.Role == EntryRole.Assistant);

        var rerun = (await Forks(engine).RerunAsync(new RerunTask { TaskId = origin.Id })).Task;
        var fork = (await Forks(engine).ForkAsync(new ForkTask { TaskId = origin.Id, MessageId = answer.MessageId, Text = "On" })).Task;
        await engine.WaitForAsync(rerun.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(fork.Id, AgentTaskStatus.Completed);

        Assert.Equal(3, new[] { origin, rerun, fork }.Select(task => task.Worktree!.Branch).Distinct().Count());
        Assert.All([rerun, fork], task => Assert.EndsWith("/src", task.WorkDir, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Join(rerun.WorkDir, "new.txt")));
        Assert.Equal("by the agent", await File.ReadAllTextAsync(Path.Join(fork.WorkDir, "new.txt")));
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Retention;

/// <summary>What ended long enough ago goes by itself where that is set, with all that belongs to it; everything else stays.</summary>
public sealed class RetentionTests
{
    private static AgentScript Script => new AgentScript()
        .For("Good", Says("Done.")).For("Bad", Fails("No such model.")).For("Waits", Calls(Call("ask_user", ("question", "Go on?"))), Says("Done."));

    [Fact]
    public async Task Off_ByDefault_KeepsEverything()
    {
        await using var engine = await Engine.StartAsync(Script.Play);
        var task = await EndedAsync(engine, "Good", daysAgo: 1000);

        Assert.Null(await Pass(engine).RunAsync(default));
        Assert.NotNull(await engine.Reader.FindAsync(task));
        Assert.Empty(await Pass(engine).ListAsync(null, 10, default));
    }

    [Fact]
    public async Task EachStatus_HasAnAgeOfItsOwn_AndWhatWentIsWrittenDown()
    {
        await using var engine = await StartAsync(("Retention:Completed", "10"), ("Retention:Cancelled", "20"));
        var young = await EndedAsync(engine, "Good", daysAgo: 9);
        var old = await EndedAsync(engine, "Good", daysAgo: 11);
        var failed = await EndedAsync(engine, "Bad", daysAgo: 500);
        var stopped = await StoppedAsync(engine, daysAgo: 19);
        var longStopped = await StoppedAsync(engine, daysAgo: 21);
        var oldest = (await engine.Reader.FindAsync(longStopped))!.EndedAt;

        await PassAsync(engine, [young, failed, stopped]);

        var pass = (await Pass(engine).ListAsync(null, 1, default)).Single();
        Assert.Equal((1, 0, 1, 0, oldest), (pass.Completed, pass.Failed, pass.Cancelled, pass.Kept, pass.OldestEndedAt));
        Assert.Null(await engine.Reader.FindAsync(old));
        await PassAsync(engine, [young, failed, stopped]);
        Assert.Equal(0, (await Pass(engine).ListAsync(null, 1, default)).Single().Removed);
    }

    [Fact]
    public async Task WhatGoes_TakesItsFilesAlong()
    {
        await using var engine = await StartAsync(("Retention:Completed", "1"));
        var file = (await engine.UploadAsync("notes.txt", "text")).Id;
        await EndedAsync(engine, "Good", daysAgo: 2, command => command with { Attachments = [file] });
        Assert.Contains(file, Directory.EnumerateFiles(Path.Combine(engine.DataDirectory, "attachments")).Select(Path.GetFileName));

        await PassAsync(engine, []);

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(engine.DataDirectory, "attachments")));
    }

    [Fact]
    public async Task WhatIsStillNeeded_Stays()
    {
        await using var engine = await StartAsync(("Retention:Completed", "1"));
        var parent = await EndedAsync(engine, "Good", daysAgo: 3);
        var live = (await engine.CreateAsync("Waits", command => command with { ParentTaskId = parent })).Id;
        await engine.WaitForAsync(live, AgentTaskStatus.Waiting);
        var child = await EndedAsync(engine, "Good", daysAgo: 3, command => command with { ParentTaskId = live });
        var triggered = await EndedAsync(engine, "Good", daysAgo: 3);
        await engine.Services.GetRequiredService<ITriggerService>().CreateAsync(triggered, new TriggerDefinition { Name = "Again", Kind = TriggerKind.Webhook, Message = "Again" });

        await PassAsync(engine, [parent, live, child, triggered]);
        Assert.Equal(3, (await Pass(engine).ListAsync(null, 1, default)).Single().Kept);

        await engine.Tasks.CancelAsync(live, CancelScope.Tree, "you");
        await engine.WaitForAsync(live, AgentTaskStatus.Cancelled);
        await AgeAsync(engine, parent, 3);
        await PassAsync(engine, [live, triggered]);
    }

    [Fact]
    public async Task ImportedTask_AgesFromItsImport()
    {
        using var zip = new MemoryStream();
        await using var engine = await StartAsync(("Retention:Completed", "10"));
        var task = (await engine.Reader.FindAsync(await EndedAsync(engine, "Good", daysAgo: 100)))!;
        await engine.Services.GetRequiredService<TaskExport>().WriteAsync(task, [task], zip, default);
        zip.Position = 0;
        var imported = (await engine.Services.GetRequiredService<TaskImport>().ImportAsync(zip, KnownUsers.Local, default)).Task;

        await PassAsync(engine, [imported.Id]);
    }

    [Fact]
    public async Task Schedule_LooksAtOnce_AndThenEveryDay()
    {
        var clock = new ManualTimeProvider();
        await using var engine = await StartAsync(("Retention:Failed", "3"));
        await PassesAsync(engine, 1);

        using var schedule = new RetentionSchedule(Pass(engine), clock, NullLogger<RetentionSchedule>.Instance);
        await schedule.StartAsync(default);
        for (var passes = 2; passes < 5; passes++)
        {
            await PassesAsync(engine, passes);
            clock.Advance(TimeSpan.FromDays(1));
        }

        await PassesAsync(engine, 5);
        await schedule.StopAsync(default);
    }

    [Theory]
    [InlineData("Completed", "0")]
    [InlineData("Failed", "-3")]
    [InlineData("Cancelled", "40000")]
    public async Task ANumberThatIsNone_IsToldAtTheStart(string status, string days)
    {
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(($"Retention:{status}", days)));
        Assert.Contains($"TaskDashboard:Retention:{status}", problem.Message, StringComparison.Ordinal);
    }

    private static Task<Engine> StartAsync(params (string, string)[] settings) => Engine.StartAsync(Script.Play, settings: settings);

    private static RetentionPass Pass(Engine engine) => engine.Services.GetRequiredService<RetentionPass>();

    private static async Task PassAsync(Engine engine, IEnumerable<string> left)
    {
        await Pass(engine).RunAsync(default);
        Assert.Equal(left.Order(), (await engine.Reader.ListAsync(new TaskQuery { Limit = 200 })).Items.Select(task => task.Id).Order());
    }

    private static Task PassesAsync(Engine engine, int count) => Eventually.TrueAsync(() => Pass(engine).ListAsync(null, 200, default).GetAwaiter().GetResult().Count == count);

    private static async Task<string> EndedAsync(Engine engine, string message, int daysAgo, Func<CreateTask, CreateTask>? with = null)
    {
        var task = await engine.CreateAsync(message, with);
        await engine.WaitForAsync(task.Id, one => one.Status.IsTerminal());
        await AgeAsync(engine, task.Id, daysAgo);
        return task.Id;
    }

    private static async Task<string> StoppedAsync(Engine engine, int daysAgo)
    {
        var task = (await engine.CreateAsync("Waits")).Id;
        await engine.WaitForAsync(task, AgentTaskStatus.Waiting);
        await engine.Tasks.CancelAsync(task, CancelScope.Tree, "you");
        await engine.WaitForAsync(task, AgentTaskStatus.Cancelled);
        await AgeAsync(engine, task, daysAgo);
        return task;
    }

    /// <summary>As if it had ended earlier: a clock that is moved by days would have everything else happen that happens in days.</summary>
    private static Task<int> AgeAsync(Engine engine, string taskId, int days) => engine.Store.Writer.EnqueueAsync(batch =>
    {
        using var age = new Statement(batch.Database, "UPDATE tasks SET ended_at = ? WHERE id = ?");
        return age.Execute(StoreTime.ToStore(batch.Now - TimeSpan.FromDays(days)), taskId);
    });
}

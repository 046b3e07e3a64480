using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

public sealed class TaskListTests
{
    [Theory]
    [InlineData(TaskSort.Newest)]
    [InlineData(TaskSort.Oldest)]
    [InlineData(TaskSort.Attention)]
    [InlineData(TaskSort.Title)]
    [InlineData(TaskSort.TitleDescending)]
    [InlineData(TaskSort.StatusDescending)]
    [InlineData(TaskSort.StartedDescending)]
    [InlineData(TaskSort.Duration)]
    public async Task List_PageByPage_ShowsEachTaskOnceInTheSameOrderAsOnePage(TaskSort sort)
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model =>
            {
                for (var number = 0; number < 20; number++) model.Then((_, _, _) => ScriptedModelProvider.Say("Done"));
                model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At work"], gate.Task, token));
            },
            settings: ("Limits:MaxConcurrentRuns", "2"));
        for (var number = 0; number < 20; number++)
        {
            var task = await engine.CreateAsync($"Title {number % 7}");
            await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        }

        for (var number = 0; number < 5; number++) await engine.CreateAsync($"Title {number}");
        await engine.WaitForCountAsync(AgentTaskStatus.Running, 2);
        var whole = (await engine.Reader.ListAsync(new TaskQuery { Sort = sort, Limit = 200 })).Items.Select(task => task.Id).ToList();

        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await engine.Reader.ListAsync(new TaskQuery { Sort = sort, Limit = 4, Cursor = cursor });
            paged.AddRange(page.Items.Select(task => task.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(25, whole.Count);
        Assert.Equal(whole, paged);
        gate.SetResult();
    }

    [Fact]
    public async Task List_WithAForgedCursor_IsRefused()
    {
        await using var engine = await Engine.StartAsync();

        foreach (var cursor in new[] { "nonsense", "!!!", "MHwxfA" })
        {
            var query = new TaskQuery { Sort = TaskSort.Title, Cursor = cursor };
            Assert.Equal("validation", (await Assert.ThrowsAsync<RefusedException>(() => engine.Reader.ListAsync(query))).Code);
        }
    }

    [Theory]
    [InlineData("zebra", 1)]
    [InlineData("ZEBRA stripes", 1)]
    [InlineData("stri", 1)]
    [InlineData("zebra lion", 0)]
    [InlineData("assistant", 3)]
    [InlineData("天气", 1)]
    [InlineData("气怎", 1)]
    [InlineData("\"quoted OR * syntax", 0)]
    [InlineData("answered", 3)]
    [InlineData("-- !!", 0)]
    public async Task Search_FindsTitleAgentAndTranscript_RightAfterTheAnswer(string words, int found)
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("I have answered.")));
        foreach (var message in new[] { "The zebra has stripes", "The lion has none", "今天天气怎么样" })
        {
            await engine.WaitForAsync((await engine.CreateAsync(message)).Id, AgentTaskStatus.Completed);
        }

        var page = await engine.Reader.ListAsync(new TaskQuery { Search = words });

        Assert.Equal(found, page.Items.Count);
        Assert.Equal(found, page.Counts["completed"]);
    }

    [Theory]
    [InlineData("zebra", 1)]
    [InlineData("assist", 2)]
    [InlineData("answered", 0)]
    public async Task Search_OfNamesOnly_FindsTitleAndAgent_AndNothingThatWasSaid(string words, int found)
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("I have answered of a zebra.")));
        foreach (var message in new[] { "The zebra has stripes", "The lion has none" }) await engine.WaitForAsync((await engine.CreateAsync(message)).Id, AgentTaskStatus.Completed);

        foreach (var sort in new[] { TaskSort.Newest, TaskSort.Attention, TaskSort.Title })
        {
            var page = await engine.Reader.ListAsync(new TaskQuery { Search = words, NamesOnly = true, Sort = sort });
            Assert.Equal(found, page.Items.Count);
            Assert.Equal(found, page.Counts["completed"]);
        }
    }

    [Fact]
    public async Task Search_AfterARename_FindsTheNewTitleAndAfterADeleteNothing()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("walrus", command => command with { Title = "Before" });
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        await engine.Tasks.UpdateAsync(task.Id, new UpdateTask { Title = "Afterwards" });
        Assert.Single((await engine.Reader.ListAsync(new TaskQuery { Search = "afterwards" })).Items);
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery { Search = "before" })).Items);

        await engine.Tasks.DeleteAsync(task.Id, "you");
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery { Search = "walrus" })).Items);
        Assert.Equal(0, engine.Reader.Counts.Total);
    }

    [Fact]
    public async Task Search_AfterARestartBeforeItWasIndexed_FindsEverything()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("walrus");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());

        Assert.Single((await next.Reader.ListAsync(new TaskQuery { Search = "walrus" })).Items);
    }
}

using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>Groups of the list: which there are, how many tasks each has, and its pages.</summary>
public sealed class TaskGroupTests
{
    [Theory]
    [InlineData(TaskGrouping.Status)]
    [InlineData(TaskGrouping.Agent)]
    [InlineData(TaskGrouping.Parent)]
    public async Task Groups_PageByPage_HaveEachTaskOnce_InTheListsOwnOrder_AndAsManyAsTheySay(TaskGrouping by)
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "2"));
        var first = await engine.CreateAsync("Parent");
        for (var number = 0; number < 4; number++) await engine.CreateAsync($"Child {number}", command => command with { ParentTaskId = first.Id });
        var second = await engine.CreateAsync("Other parent");
        await engine.CreateAsync("Its child", command => command with { ParentTaskId = second.Id });
        await engine.WaitForCountAsync(AgentTaskStatus.Running, 2);
        foreach (var sort in new[] { TaskSort.Newest, TaskSort.Attention, TaskSort.Title })
        {
            var whole = (await engine.Reader.ListAsync(new TaskQuery { Sort = sort, Limit = 200 })).Items.Select(task => task.Id).ToList();
            var groups = await engine.Reader.ListGroupsAsync(new TaskQuery { Sort = sort }, by);
            var seen = new List<string>();
            foreach (var group in groups.Items)
            {
                var members = await ReadAsync(engine, new TaskQuery { Sort = sort, Limit = 2, InGroup = group.Key, WithCounts = false });
                Assert.Equal(group.Count, members.Count);
                Assert.Equal(whole.Where(members.Contains), members);
                seen.AddRange(members);
            }

            Assert.Equal(whole.Order(), seen.Order());
            Assert.Equal(7, groups.Counts.Values.Sum());
        }

        gate.SetResult();
    }

    [Fact]
    public async Task Groups_StandInAnOrder_AndAreCalledByTheirAgentOrParent()
    {
        await using var engine = await Engine.StartAsync();
        var parent = await engine.CreateAsync("Parent", command => command with { Title = "Above" });
        await engine.CreateAsync("Child", command => command with { ParentTaskId = parent.Id });
        await engine.WaitForCountAsync(AgentTaskStatus.Completed, 2);
        await engine.CreateAsync("Later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });

        var statuses = (await engine.Reader.ListGroupsAsync(new TaskQuery(), TaskGrouping.Status)).Items;
        var parents = (await engine.Reader.ListGroupsAsync(new TaskQuery(), TaskGrouping.Parent)).Items;
        var agents = (await engine.Reader.ListGroupsAsync(new TaskQuery { Statuses = [AgentTaskStatus.Completed] }, TaskGrouping.Agent)).Items;

        Assert.Equal([("pending", 1L), ("completed", 2L)], statuses.Select(group => (group.Key.Value!, group.Count)));
        Assert.Equal([(parent.Id, "Above", 1L), (null, null, 2L)], parents.Select(group => (group.Key.Value, group.Title, group.Count)));
        Assert.Equal((engine.AgentId, parent.AgentName, 2L), (agents.Single().Key.Value, agents.Single().Title, agents.Single().Count));
    }

    [Fact]
    public async Task Groups_OfASearch_HaveWhatItFinds()
    {
        await using var engine = await Engine.StartAsync();
        foreach (var message in new[] { "A zebra", "A lion", "Two zebras" }) await engine.WaitForAsync((await engine.CreateAsync(message)).Id, AgentTaskStatus.Completed);

        foreach (var by in Enum.GetValues<TaskGrouping>())
        {
            var group = Assert.Single((await engine.Reader.ListGroupsAsync(new TaskQuery { Search = "zebra" }, by)).Items);
            Assert.Equal(2, group.Count);
            Assert.Equal(2, (await ReadAsync(engine, new TaskQuery { Search = "zebra", InGroup = group.Key, Limit = 1, Sort = TaskSort.Attention })).Count);
        }
    }

    [Fact]
    public async Task ParentsBeyondTheNewest_AreOneGroup_WithAllOfTheirTasks()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Alone");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        const int older = 20;
        using (var other = new OtherProgram(engine.DataDirectory))
        {
            var columns = other.Execute("SELECT group_concat(name) FROM pragma_table_info('tasks') WHERE name NOT IN ('key', 'id', 'parent_task_id')");
            other.Execute($"""
                INSERT INTO tasks (id, parent_task_id, {columns})
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {TaskGroupList.MostParents + older})
                SELECT printf('task_child_%05d', n), printf('task_parent_%05d', n), {columns} FROM numbers, (SELECT * FROM tasks LIMIT 1)
                """);
        }

        var groups = (await engine.Reader.ListGroupsAsync(new TaskQuery(), TaskGrouping.Parent)).Items;

        Assert.Equal(TaskGroupList.MostParents + 2, groups.Count);
        Assert.Equal(("task_parent_01020", (string?)null), (groups[0].Key.Value, groups[0].Title));
        Assert.Equal((older, 1L), (groups[^2].Count, groups[^1].Count));
        Assert.Equal(older, (await ReadAsync(engine, new TaskQuery { InGroup = groups[^2].Key, Limit = 7 })).Count);
        Assert.Equal([task.Id], await ReadAsync(engine, new TaskQuery { InGroup = groups[^1].Key }));
    }

    [Fact]
    public async Task Counts_UnderAFilter_SayHowManyNeedAPerson()
    {
        await using var engine = await Engine.StartAsync(model => model.Always(AgentScript.Calls(AgentScript.Call("ask_user", ("question", "Which?")))));
        var asked = await engine.CreateAsync("Ask");
        await engine.WaitForAsync(asked.Id, AgentTaskStatus.Waiting);
        await engine.CreateAsync("Later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });

        Assert.Equal(1, (await engine.Reader.ListAsync(new TaskQuery())).NeedsYou);
        Assert.Equal(1, (await engine.Reader.ListAsync(new TaskQuery { AgentId = engine.AgentId })).NeedsYou);
        Assert.Equal(0, (await engine.Reader.ListAsync(new TaskQuery { AgentId = "agent_none" })).NeedsYou);
        Assert.Equal(asked.Id, Assert.Single((await engine.Reader.ListAsync(new TaskQuery { NeedsYou = true, AgentId = engine.AgentId })).Items).Id);
    }

    private static async Task<List<string>> ReadAsync(Engine engine, TaskQuery query)
    {
        var ids = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await engine.Reader.ListAsync(query with { Cursor = cursor });
            ids.AddRange(page.Items.Select(task => task.Id));
            if (page.NextCursor is not { } next) return ids;
            cursor = next;
        }
    }
}

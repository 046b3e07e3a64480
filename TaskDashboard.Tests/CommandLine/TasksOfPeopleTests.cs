using System.Net.Http.Json;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>tasks</c> where people have accounts: what each may, what they are told where they may not, and by which exit code a script knows.</summary>
public sealed class TasksOfPeopleTests : IAsyncLifetime
{
    private Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync(model => model.Always(AgentScript.Says("Done.")));

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task Add_InAChatOfOnesOwn_WatchedInAPipe_IsJsonLines()
    {
        var bea = await town.AtTheTerminalAsync("bea");
        var chat = (await MakeAsync(town.Bea, "First")).String("chat_id")!;

        var result = (await bea.RunAsync("tasks", "add", "Go on", "--chat", chat, "--watch", "--json")).Exited(ExitCodes.Fine);

        var events = result.GaplessFrom(1);
        Assert.All(events, one => Assert.Equal((chat, town.Find("bea").UserId), (one.String("chat_id"), one.String("user_id"))));
        Assert.Equal("completed", events[^1].GetProperty("data").String("status"));
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task SomebodyElsesTask_IsNotThere_ForAnyCommand()
    {
        var task = await MakeAsync(town.Bea, "Private plum");
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        var carl = await town.AtTheTerminalAsync("carl", ApiScope.Admin);

        Assert.Empty((await carl.RunAsync("tasks", "list", "--json")).Exited(ExitCodes.Fine).Output);
        Assert.Empty((await carl.RunAsync("tasks", "list", "--search", "plum", "--json")).Exited(ExitCodes.Fine).Output);
        foreach (var id in new[] { task.Id(), task.Id()[^8..] })
        {
            foreach (var command in new string[][]
            {
                ["tasks", "show", id], ["tasks", "watch", id], ["tasks", "cancel", id], ["tasks", "delete", id, "--yes"], ["tasks", "message", id, "Mine"], ["tasks", "add", "Mine", "--depends-on", id],
            })
            {
                var result = (await carl.RunAsync(command)).Exited(ExitCodes.Refused);
                Assert.Contains($"There is no task {id}", result.Error, StringComparison.Ordinal);
                Assert.Empty(result.Output);
            }
        }

        var added = (await carl.RunAsync("tasks", "add", "Mine", "--chat", task.String("chat_id")!)).Exited(ExitCodes.Refused);
        Assert.Contains("There is no chat", added.Error, StringComparison.Ordinal);
        (await carl.RunAsync("tasks", "clear", "--status", "completed", "--yes")).Exited(ExitCodes.Fine);
        using var still = await town.Bea.GetAsync($"/api/tasks/{task.Id()}");
        Assert.Equal("completed", (await still.JsonAsync()).String("status"));
    }

    [Fact]
    public async Task KeyForReading_Looks_AndIsToldWhichScopeAddingTakes()
    {
        var task = await MakeAsync(town.Bea, "Mine");
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Read);

        Assert.Equal(task.Id(), Assert.Single((await bea.RunAsync("tasks", "list", "--json")).Exited(ExitCodes.Fine).Json).Id());
        foreach (var command in new string[][] { ["tasks", "add", "Another"], ["tasks", "delete", task.Id(), "--yes"], ["tasks", "message", task.Id(), "More"] })
        {
            var refused = (await bea.RunAsync(command)).Exited(ExitCodes.NotAllowed);
            Assert.Contains("takes a key with the scope run, and this one has read", refused.Error, StringComparison.Ordinal);
            Assert.Contains("The key came from TASKDASHBOARD_KEY", refused.Error, StringComparison.Ordinal);
            Assert.Contains($"{town.Program.Address}people", refused.Error, StringComparison.Ordinal);
            Assert.Contains("keys create <name> --scope run", refused.Error, StringComparison.Ordinal);
            Assert.Contains("--key", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_IsToldToMakeAKey_AndWhereToGiveIt()
    {
        var stranger = Cli.On(town.Program);

        foreach (var command in new string[][] { ["tasks", "list"], ["tasks", "add", "x"], ["tasks", "watch", "task_0197c0de000070008000000000000009"], ["chats", "list"], ["keys", "list"], ["keys", "create", "x"] })
        {
            var refused = (await stranger.RunAsync(command)).Exited(ExitCodes.NotAllowed);
            Assert.Contains($"Make a key at {town.Program.Address}people", refused.Error, StringComparison.Ordinal);
            Assert.Contains("--key or in TASKDASHBOARD_KEY", refused.Error, StringComparison.Ordinal);
            Assert.Empty(refused.Output);
        }

        var wrong = (await stranger.RunAsync("tasks", "list", "--key", "td_nobodys-key-at-all")).Exited(ExitCodes.NotAllowed);
        Assert.Contains("unknown, expired or revoked", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("The key came from --key", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nobodys", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsForOwners_SendsAMemberToOne_WhateverTheirKey()
    {
        var (bea, ada) = (await town.AtTheTerminalAsync("bea", ApiScope.Admin), await town.AtTheTerminalAsync("ada"));

        var member = (await bea.RunAsync("agents", "archive", "Editor")).Exited(ExitCodes.NotAllowed);
        var owner = (await ada.RunAsync("agents", "archive", "Editor")).Exited(ExitCodes.NotAllowed);

        Assert.Contains("Only owners may do this", member.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("keys create", member.Error, StringComparison.Ordinal);
        Assert.Contains("takes a key with the scope admin, and this one has run", owner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharedToRead_IsSeen_AndNoKeyIsAdvisedThatWouldNotHelp()
    {
        var task = await MakeAsync(town.Bea, "Ours");
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        using (var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{task.String("chat_id")}/shares/{town.Find("carl").UserId}", new { can_write = false })) await shared.JsonAsync();
        var carl = await town.AtTheTerminalAsync("carl");

        (await carl.RunAsync("tasks", "watch", task.Id())).Exited(ExitCodes.Fine);
        var refused = (await carl.RunAsync("tasks", "message", task.Id(), "Mine")).Exited(ExitCodes.NotAllowed);

        Assert.Contains("You may read this task, but not change it", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("keys create", refused.Error, StringComparison.Ordinal);
    }

    private async Task<System.Text.Json.JsonElement> MakeAsync(HttpClient client, string message)
    {
        using var made = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message });
        return await made.JsonAsync(System.Net.HttpStatusCode.Created);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.People;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>chats</c> against the real server.</summary>
public sealed class ChatsOfPeopleTests
{
    private const int ManyCalls = 110;

    [Fact]
    public async Task Chats_AreListedShownRenamedArchivedAndDeleted()
    {
        await using var town = await Town.StartAsync(model => model.Always(Says("It is 42.")));
        var bea = await town.AtTheTerminalAsync("bea");
        var task = await MakeAsync(town, town.Bea, "Add them up");
        var chat = task.String("chat_id")!;

        var listed = Assert.Single((await bea.RunAsync("chats", "list", "--json")).Exited(ExitCodes.Fine).Json);
        var shown = (await bea.RunAsync("chats", "show", chat[^8..])).Exited(ExitCodes.Fine);
        var renamed = (await bea.RunAsync("chats", "rename", chat[^8..], "Invoices of March")).Exited(ExitCodes.Fine);
        var table = (await bea.RunAsync("chats", "list", "--search", "invoices")).Exited(ExitCodes.Fine);
        (await bea.RunAsync("chats", "archive", chat)).Exited(ExitCodes.Fine);
        var away = (await bea.RunAsync("chats", "list", "--json")).Exited(ExitCodes.Fine);
        var archived = (await bea.RunAsync("chats", "list", "--archived", "--json")).Exited(ExitCodes.Fine);
        (await bea.RunAsync("chats", "archive", chat[^8..], "--restore")).Exited(ExitCodes.Fine);
        var unsaid = (await bea.RunAsync("chats", "delete", chat)).Exited(ExitCodes.Usage);
        var deleted = (await bea.RunAsync("chats", "delete", chat, "--yes")).Exited(ExitCodes.Fine);

        Assert.Equal((chat, 1), (listed.Id(), listed.GetProperty("task_count").GetInt32()));
        Assert.Contains(shown.Lines, line => line.StartsWith("whose ", StringComparison.Ordinal) && line.EndsWith(" Bea", StringComparison.Ordinal));
        Assert.Equal("It is called \"Invoices of March\" now.", Assert.Single(renamed.Lines));
        Assert.Matches(@"^ID +TITLE +WHOSE +TASKS +RUNNING +CHANGED$", table.Lines[0]);
        Assert.Matches($@"^{chat} +Invoices of March +Bea +1 +0 +\d", Assert.Single(table.Lines.Skip(1)));
        Assert.Empty(away.Output);
        Assert.Equal(chat, Assert.Single(archived.Json).Id());
        Assert.Contains("with its 1 task, 0 of them running", unsaid.Error, StringComparison.Ordinal);
        Assert.Equal("The chat is deleted.", Assert.Single(deleted.Lines));
        using var gone = await town.Bea.GetAsync($"/api/tasks/{task.Id()}");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task SomebodyElsesChat_IsNotThere_AndASharedOneIsTheirs()
    {
        await using var town = await Town.StartAsync();
        var chat = (await MakeAsync(town, town.Bea, "Private")).String("chat_id")!;
        var carl = await town.AtTheTerminalAsync("carl", ApiScope.Admin);

        Assert.Empty((await carl.RunAsync("chats", "list", "--json")).Exited(ExitCodes.Fine).Output);
        foreach (var command in new string[][] { ["show", chat], ["show", chat, "--messages"], ["rename", chat, "Mine"], ["archive", chat], ["delete", chat, "--yes"], ["show", chat[^8..]] })
        {
            var result = (await carl.RunAsync(["chats", .. command])).Exited(ExitCodes.Refused);
            Assert.Contains($"There is no chat {command[1]}", result.Error, StringComparison.Ordinal);
        }

        using (var shared = await town.Bea.PutAsJsonAsync($"/api/chats/{chat}/shares/{town.Find("carl").UserId}", new { can_write = false })) await shared.JsonAsync();
        var listed = (await carl.RunAsync("chats", "list")).Exited(ExitCodes.Fine);
        var refused = (await carl.RunAsync("chats", "delete", chat, "--yes")).Exited(ExitCodes.NotAllowed);

        Assert.Contains(" Bea ", listed.Lines[1], StringComparison.Ordinal);
        Assert.Contains("You may read this chat, but not change it", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_OfALongTranscript_ReadsEveryPage_AndMarksWhatBelongsToAFurtherTask()
    {
        await using var app = await DashboardApplication.StartAsync(new AgentScript()
            .For("Count", Calls([.. Enumerable.Range(0, ManyCalls).Select(number => Call("calculate", ("expression", $"{number} + 1")))]), Says("Counted."))
            .For("Besides", Says("By the way.")).Play);
        var first = await app.CreateAsync("Count");
        await app.WaitForAsync(first.Id(), AgentTaskStatus.Completed);
        var second = await app.CreateAsync("Besides", new { chat_id = first.String("chat_id") });
        await app.WaitForAsync(second.Id(), AgentTaskStatus.Completed);

        var json = (await Cli.On(app).RunAsync("chats", "show", first.String("chat_id")!, "--messages", "--json")).Exited(ExitCodes.Fine);
        var plain = (await Cli.On(app).RunAsync("chats", "show", first.String("chat_id")!, "--messages")).Exited(ExitCodes.Fine);

        Assert.True(json.Json.Count > 2 * ManyCalls, $"{json.Json.Count} lines");
        Assert.Equal(json.Json.Count, json.Json.Select(line => line.String("message_id")).Distinct().Count());
        Assert.Equal(json.Json.Select(line => line.GetProperty("id").GetInt64()).Order(), json.Json.Select(line => line.GetProperty("id").GetInt64()));
        var badge = plain.Lines.ToList().IndexOf($"· task {second.Id()[^6..]}");
        Assert.True(badge > 2 * ManyCalls, plain.Output);
        Assert.Equal(["> Besides", "By the way."], plain.Lines.Skip(badge + 1));
        Assert.DoesNotContain(plain.Lines, line => line.StartsWith("· the conversation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_BeyondAPageOfTheServer_IsWhole()
    {
        await using var app = await DashboardApplication.StartAsync();
        const int Beyond = ApiClient.PageSize + 5;
        foreach (var number in Enumerable.Range(0, Beyond)) await app.CreateAsync($"Number {number}");

        var result = (await Cli.On(app).RunAsync("chats", "list", "--all", "--json")).Exited(ExitCodes.Fine);

        Assert.Equal(Beyond, result.Json.Select(chat => chat.Id()).Distinct().Count());
        Assert.Equal(Beyond, result.Json.Count);
    }

    private static async Task<JsonElement> MakeAsync(Town town, HttpClient client, string message)
    {
        using var made = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        return task;
    }
}

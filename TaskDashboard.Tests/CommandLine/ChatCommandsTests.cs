using TaskDashboard.App.CommandLine;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>chats</c> against a stand-in with the agreed answers.</summary>
public sealed class ChatCommandsTests
{
    private const string Id = "chat_0197c0de000070008000000000abcdef";

    private static readonly object Chat = new
    {
        id = Id,
        title = "Invoices",
        user_id = "user_local",
        created_at = "2026-01-01T00:00:00Z",
        updated_at = "2026-01-02T00:00:00Z",
        archived_at = (string?)null,
        task_count = 3,
        running_count = 1,
    };

    [Fact]
    public async Task List_AsksForWhatIsWanted_PageByPage()
    {
        await using var server = await StandInServer.StartAsync((request, context) => StandInServer.Json(
            context, request.Query.Contains("cursor", StringComparison.Ordinal) ? new { items = new[] { Chat }, next_cursor = (string?)null } : new { items = new[] { Chat, Chat }, next_cursor = (string?)"next/page=" }));

        var result = (await new Cli { Url = server.Url }.RunAsync("chats", "list", "--search", "in voices", "--archived", "--all", "--json")).Exited(ExitCodes.Fine);

        Assert.Equal(3, result.Json.Count);
        Assert.Equal(["?q=in%20voices&archived=true&limit=200", "?q=in%20voices&archived=true&limit=200&cursor=next%2Fpage%3D"], server.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task Show_WithMessages_PrintsTheTranscript()
    {
        await using var server = await StandInServer.StartAsync((request, context) => request.Path.EndsWith("/messages", StringComparison.Ordinal)
            ? StandInServer.Json(context, new { items = new[] { new { role = "user", text = "Add them up" }, new { role = "assistant", text = "It is \e[2J42." } } })
            : StandInServer.Json(context, Chat));

        var result = (await new Cli { Url = server.Url }.RunAsync("chats", "show", Id, "--messages")).Exited(ExitCodes.Fine);

        Assert.Contains("Invoices", result.Output, StringComparison.Ordinal);
        Assert.Equal(["> Add them up", "It is [2J42."], result.Lines.TakeLast(2));
    }

    [Fact]
    public async Task RenameArchiveAndDelete_SayWhatTheyDo()
    {
        await using var server = await StandInServer.StartAsync((request, context) => request switch
        {
            { Method: "DELETE" } => Task.FromResult(context.Response.StatusCode = 204),
            { Path: "/api/chats" } => StandInServer.Json(context, new { items = new[] { Chat } }),
            _ => StandInServer.Json(context, Chat),
        });
        var cli = new Cli { Url = server.Url };

        (await cli.RunAsync("chats", "rename", "abcdef", "Bills \"of\" March")).Exited(ExitCodes.Fine);
        (await cli.RunAsync("chats", "archive", Id)).Exited(ExitCodes.Fine);
        (await cli.RunAsync("chats", "archive", Id, "--restore")).Exited(ExitCodes.Fine);
        var unsaid = (await cli.RunAsync("chats", "delete", Id)).Exited(ExitCodes.Usage);
        (await cli.RunAsync("chats", "delete", Id, "--yes")).Exited(ExitCodes.Fine);

        Assert.Contains("with its 3 tasks, 1 of them running", unsaid.Error, StringComparison.Ordinal);
        Assert.Equal(
            [$$"""PATCH {"title":"Bills \"of\" March"}""", """PATCH {"archived":true}""", """PATCH {"archived":false}""", "DELETE "],
            server.Requests.Where(request => request.Method != "GET").Select(request => $"{request.Method} {request.Body}"));
    }

    [Fact]
    public async Task ServerOfAnotherVersion_IsToldInWords()
    {
        await using var app = await DashboardApplication.StartAsync();

        var result = await Cli.On(app).RunAsync("chats", "nothing", "--json");
        var unknown = (await new Cli { Url = new Uri(app.Address, "elsewhere/") }.RunAsync("keys", "list")).Exited(ExitCodes.Refused);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("does not offer that over REST", unknown.Error, StringComparison.Ordinal);
    }
}

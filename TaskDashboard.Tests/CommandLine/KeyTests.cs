using TaskDashboard.App.CommandLine;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>The key that goes along, and <c>keys</c>, against a stand-in with the agreed answers.</summary>
public sealed class KeyTests
{
    private const string Secret = "tdk_5up3rs3cr3t";

    private static readonly object Listed = new
    {
        items = new[]
        {
            new { id = "key_0197c0de0000700080000000000000aa", name = "build server", prefix = "tdk_abc", scope = "run", created_at = "2026-01-01T00:00:00Z", expires_at = "2026-02-01T00:00:00Z", last_used_at = (string?)null, revoked_at = (string?)null },
            new { id = "key_0197c0de0000700080000000000000bb", name = "old", prefix = "tdk_def", scope = "admin", created_at = "2025-01-01T00:00:00Z", expires_at = "2026-02-01T00:00:00Z", last_used_at = (string?)"2025-03-01T00:00:00Z", revoked_at = (string?)"2025-04-01T00:00:00Z" },
        },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_OfTheOptionOrTheVariable_GoesAlong_AndIsPrintedNowhere(bool option)
    {
        await using var server = await StandInServer.StartAsync((request, context) => request.Method == "GET" && request.Authorization == $"Bearer {Secret}"
            ? StandInServer.Json(context, new { items = Array.Empty<object>() })
            : StandInServer.Problem(context, 403, "forbidden", "This key may only read."));
        var cli = new Cli { Url = server.Url };
        if (!option) cli.Variables["TASKDASHBOARD_KEY"] = Secret;
        string[] key = option ? ["--key", Secret] : [];

        var listed = (await cli.RunAsync(["tasks", "list", .. key])).Exited(ExitCodes.Fine);
        var refused = (await cli.RunAsync(["triggers", "create", "x", "--every", "1h", .. key])).Exited(ExitCodes.NotAllowed);

        Assert.All(server.Requests, request => Assert.Equal($"Bearer {Secret}", request.Authorization));
        Assert.Contains("This key may only read.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--key", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, listed.Output + listed.Error + refused.Output + refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatAsksForAKey_IsToldInWords_AndExitsWithFour()
    {
        await using var server = await StandInServer.StartAsync((request, context) => request.Path == "/api/agents"
            ? Task.FromResult((context.Response.StatusCode, context.Response.Headers.Location) = (302, "/login"))
            : StandInServer.Problem(context, 401, "unauthorized", "Say who you are."));

        var result = (await new Cli { Url = server.Url }.RunAsync("tasks", "list")).Exited(ExitCodes.NotAllowed);
        var page = (await new Cli { Url = server.Url }.RunAsync("agents", "list")).Exited(ExitCodes.Refused);

        Assert.Contains("Say who you are.", result.Error, StringComparison.Ordinal);
        Assert.Contains("TASKDASHBOARD_KEY", result.Error, StringComparison.Ordinal);
        Assert.Contains("/login", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ShowsWhatAKeyMay()
    {
        await using var server = await StandInServer.StartAsync((_, context) => StandInServer.Json(context, Listed));

        var result = (await new Cli { Url = server.Url }.RunAsync("keys", "list")).Exited(ExitCodes.Fine);

        Assert.Equal(3, result.Lines.Count);
        Assert.Matches(@"^key_\w+aa +build server +tdk_abc +run +2026-01-01 +2026-02-01", result.Lines[1]);
        Assert.Contains("2025-04-01", result.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_InAPipe_PrintsTheKeyAlone()
    {
        await using var server = await StandInServer.StartAsync((_, context) => StandInServer.Json(context, new { id = "key_1", name = "ci", scope = "read", key = Secret }, 201));

        var result = (await new Cli { Url = server.Url }.RunAsync("keys", "create", "ci", "--scope", "read", "--expires-in-days", "30")).Exited(ExitCodes.Fine);

        Assert.Equal(Secret, result.Output.Trim());
        Assert.DoesNotContain(Secret, result.Error, StringComparison.Ordinal);
        Assert.Equal(("POST", "/api/keys", """{"name":"ci","scope":"read","expires_in_days":30}"""), (server.Requests[0].Method, server.Requests[0].Path, server.Requests[0].Body));
    }

    [Fact]
    public async Task Revoke_ByName_AsksAndRevokesThatOne()
    {
        await using var server = await StandInServer.StartAsync((request, context) => request.Method == "GET" ? StandInServer.Json(context, Listed) : Task.FromResult(context.Response.StatusCode = 204));

        var result = (await new Cli { Url = server.Url, Terminal = true, Input = "yes\n" }.RunAsync("keys", "revoke", "build server")).Exited(ExitCodes.Fine);

        Assert.Contains("Revoke the key \"build server\" (tdk_abc…)? [y/N]", result.Output, StringComparison.Ordinal);
        Assert.Equal("/api/keys/key_0197c0de0000700080000000000000aa", Assert.Single(server.Requests, request => request.Method == "DELETE").Path);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>What is refused of a new task: with its status, its code, its field; and nothing is stored.</summary>
public sealed class TaskCreationRefusalTests(SharedDashboard shared) : IClassFixture<SharedDashboard>, IDisposable
{
    private readonly DashboardApplication app = shared.App;
    private readonly long before = shared.App.Reader.Counts.Total;

    private long Added => app.Reader.Counts.Total - before;

    /// <summary>Refusing is no error of the server's.</summary>
    public void Dispose() => Assert.DoesNotContain(app.Logs.Lines, line => line.Level >= LogLevel.Error);

    [Theory]
    [InlineData("""{"message":"x"}""", "agent_id")]
    [InlineData("""{"agent_id":"AGENT"}""", "message")]
    [InlineData("""{"agent_id":"AGENT","message":"  "}""", "message")]
    [InlineData("""{"agent_id":"AGENT","message":7}""", "message")]
    [InlineData("""{"agent_id":"AGENT","message":"\ud800"}""", "message")]
    [InlineData("""{"agent_id":"AGENT","message":"x","priority":4}""", "priority")]
    [InlineData("""{"agent_id":"AGENT","message":"x","priority":"2"}""", "priority")]
    [InlineData("""{"agent_id":"AGENT","message":"x","priority":1.5}""", "priority")]
    [InlineData("""{"agent_id":"AGENT","message":"x","model":"nobody/nothing"}""", "model")]
    [InlineData("""{"agent_id":"AGENT","message":"x","metadata":"a"}""", "metadata")]
    [InlineData("""{"agent_id":"AGENT","message":"x","metadata":{"a":[1]}}""", "metadata.a")]
    [InlineData("""{"agent_id":"AGENT","message":"x","metadata":{"a":null}}""", "metadata.a")]
    [InlineData("""{"agent_id":"AGENT","message":"x","timeout_s":0}""", "timeout_s")]
    [InlineData("""{"agent_id":"AGENT","message":"x","name":"self"}""", "name")]
    [InlineData("""{"agent_id":"AGENT","message":"x","work_dir":"not/absolute"}""", "work_dir")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":["task_1"]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":[7]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":[""]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":["\ud800"]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":[{}]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":[{"task_id":"task_1"}]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":[{"task_id":"task_1","on_failure":"shrug"}]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":["task_1","task_1"]}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","depends_on":"task_1"}""", "depends_on")]
    [InlineData("""{"agent_id":"AGENT","message":"x","delay_until":"soon"}""", "delay_until")]
    [InlineData("""{"agent_id":"AGENT","message":"x","delay_until":"9999-12-31T23:59:59-14:00"}""", "delay_until")]
    [InlineData("""{"agent_id":"AGENT","message":"x","delay_until":1767225600}""", "delay_until")]
    [InlineData("""{"agent_id":"AGENT","message":"x","max_attempts":0}""", "max_attempts")]
    [InlineData("""{"agent_id":"AGENT","message":"x","max_attempts":101}""", "max_attempts")]
    [InlineData("""{"agent_id":"AGENT","message":"x","accepts_messages":"no"}""", "accepts_messages")]
    [InlineData("""{"agent_id":"AGENT","message":"x","add_dirs":["not/absolute"]}""", "add_dirs")]
    [InlineData("""{"agent_id":"AGENT","message":"x","add_dirs":["/no/such/folder/anywhere"]}""", "add_dirs")]
    [InlineData("""{"agent_id":"AGENT","message":"x","add_dirs":[null]}""", "add_dirs")]
    [InlineData("""{"agent_id":"AGENT","message":"x","add_dirs":"/"}""", "add_dirs")]
    [InlineData("""{"agent_id":"AGENT","message":"x","add_dirs":["/","/","/","/","/","/","/","/","/","/","/"]}""", "add_dirs")]
    [InlineData("""{"agent_id":"AGENT","message":"x","enable_skills":"no"}""", "enable_skills")]
    [InlineData("""{"agent_id":"AGENT","message":"x","enable_mcp":0}""", "enable_mcp")]
    [InlineData("""{"agent_id":"AGENT","message":"x","worktree":true}""", "worktree")]
    [InlineData("""{"agent_id":"AGENT","message":"x","worktree":"yes"}""", "worktree")]
    [InlineData("""{"agent_id":"AGENT","message":"x" """, "body")]
    [InlineData("""{"agent_id":"AGENT","message":"x",}""", "body")]
    [InlineData("not json", "body")]
    [InlineData("""["agent_id"]""", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    public async Task Create_WithSomethingWrong_IsRefusedWithItsField(string body, string field)
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", body.Replace("AGENT", app.AgentId, StringComparison.Ordinal));

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out var messages), problem.GetRawText());
        Assert.All(messages.EnumerateArray(), message => Assert.NotEmpty(message.GetString()!));
        Assert.Equal(0, Added);
    }

    [Fact]
    public async Task Create_WithSeveralThingsWrong_IsToldAllAtOnce()
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", """{"add_dirs":[null],"delay_until":"soon","depends_on":[null]}""");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Equal(["add_dirs", "agent_id", "delay_until", "depends_on", "message"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Theory]
    [InlineData("""{"agent_id":"agent_nobody","message":"x"}""", "agent_nobody")]
    [InlineData("""{"agent_id":"AGENT","message":"x","chat_id":"chat_none"}""", "chat_none")]
    [InlineData("""{"agent_id":"AGENT","message":"x","parent_task_id":"task_none"}""", "task_none")]
    public async Task Create_WithAnUnknownId_IsNotFound(string body, string id)
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", body.Replace("AGENT", app.AgentId, StringComparison.Ordinal));

        var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Contains(id, problem.String("detail"), StringComparison.Ordinal);
        Assert.Equal(0, Added);
    }

    [Theory]
    [InlineData(1 << 20, HttpStatusCode.Created)]
    [InlineData((1 << 20) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(2 << 20, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Create_WithALongMessage_IsRefusedBeyondOneMebibyte(int bytes, HttpStatusCode expected)
    {
        // Two bytes of UTF-8 each, and one more where the number is odd.
        var message = new string('é', bytes / 2) + new string('x', bytes % 2);
        using var response = await app.Client.PostAsJsonAsync("/api/tasks", new { agent_id = app.AgentId, message });

        if (expected == HttpStatusCode.Created) await response.JsonAsync(expected);
        else await response.ProblemAsync(expected, "too_large");
        Assert.Equal(expected == HttpStatusCode.Created ? 1 : 0, Added);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(9, true)]
    [InlineData(20, true)]
    public async Task Create_WithABodyOverEightMebibytes_IsRefusedHoweverItIsSent(int mebibytes, bool chunked)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { agent_id = app.AgentId, message = "x", ignored = new string('a', mebibytes << 20) });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await app.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        Assert.Equal(0, Added);
    }

    [Fact]
    public async Task Create_WithABodyJustUnderTheLimit_IsAccepted()
    {
        using var response = await app.Client.PostAsJsonAsync("/api/tasks", new { agent_id = app.AgentId, message = "x", ignored = new string('a', (8 << 20) - 500) });

        await response.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Create_WithAnotherContentType_IsRefused()
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", """{"agent_id":"a","message":"x"}""", "text/plain");

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("\"bogus\"")]
    [InlineData("utf-7")]
    public async Task Create_InACharsetThatNobodyKnows_IsRefused(string charset)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = new ByteArrayContent("""{"agent_id":"a","message":"x"}"""u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=" + charset);
        using var response = await app.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Create_WithAnIdempotencyKeyOfAnotherRequest_IsAConflict()
    {
        async Task<HttpResponseMessage> SendAsync(string message)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
            {
                Content = JsonContent.Create(new { agent_id = app.AgentId, message }),
                Headers = { { "Idempotency-Key", "k" } },
            };
            return await app.Client.SendAsync(request);
        }

        using var first = await SendAsync("one");
        using var other = await SendAsync("two");

        await first.JsonAsync(HttpStatusCode.Created);
        await other.ProblemAsync(HttpStatusCode.Conflict, "idempotency_key_reused");
        Assert.Equal(1, Added);
    }
}

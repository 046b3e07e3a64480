using System.Net;
using System.Security.Cryptography;
using System.Text;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>What comes in at the addresses of webhooks.</summary>
public sealed class WebhookEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;
    private string triggerId = "";
    private string path = "";
    private string taskId = "";

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(model => model.Always(Says("Done.")));

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    [Theory]
    [InlineData("delivery-1")]
    [InlineData(null)]
    public async Task HundredIdenticalDeliveriesInParallel_StartOneRun(string? deliveryId)
    {
        await MakeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => CallAsync("{\"ref\":\"main\"}", deliveryId)));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK, answer.StatusCode.ToString()));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        var task = await app.WaitForAsync(taskId, AgentTaskStatus.Completed);
        Assert.Equal(1, task.RunCount);
        Assert.Single((await app.GetJsonAsync($"/api/triggers/{triggerId}/firings")).GetProperty("items").EnumerateArray());
        Assert.Contains("{\"ref\":\"main\"}", app.Model.Calls.Single()[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":[1,2,{\"b\":null}]}")]
    [InlineData("[]")]
    [InlineData("\"word\"")]
    [InlineData("17")]
    [InlineData("")]
    public async Task JsonOfAnyShape_BecomesContext(string body)
    {
        await MakeAsync();

        using var answer = await CallAsync(body);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await app.WaitForAsync(taskId, AgentTaskStatus.Completed);
        Assert.Contains(body.Length == 0 ? "null" : body, app.Model.Calls.Single()[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadSignature_IsRefused_AndAGoodOneIsTaken()
    {
        await MakeAsync(secret: "tr0ub4dor");
        var good = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("tr0ub4dor"u8, "{}"u8));

        foreach (var bad in new[] { null, "", "sha256=00", good.Replace('1', '2'), "sha1=abc" })
        {
            using var refused = await CallAsync("{}", signature: bad);
            await refused.ProblemAsync(HttpStatusCode.Unauthorized, "bad_signature");
        }

        Assert.Empty((await app.GetJsonAsync($"/api/triggers/{triggerId}/firings")).GetProperty("items").EnumerateArray());
        using var taken = await CallAsync("{}", signature: good);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        Assert.DoesNotContain("tr0ub4dor", (await app.GetJsonAsync("/api/triggers")).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(app.Logs.Lines, line => line.ToString()!.Contains("tr0ub4dor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LargeBody_IsRefused_AndNothingStarts()
    {
        await MakeAsync();

        using var refused = await CallAsync($"\"{new string('x', 5 << 20)}\"");

        await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        Assert.Empty((await app.GetJsonAsync($"/api/triggers/{triggerId}/firings")).GetProperty("items").EnumerateArray());
        var log = Assert.Single((await app.GetJsonAsync($"/api/triggers/{triggerId}/deliveries")).GetProperty("items").EnumerateArray());
        Assert.Equal((413, (5 << 20) + 2), (log.GetProperty("status").GetInt32(), log.GetProperty("size").GetInt32()));
    }

    [Fact]
    public async Task Burst_IsRefused_BeyondTheRate()
    {
        await MakeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(index => CallAsync("{}", "same")));

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.InRange(answers.Count(answer => answer.IsSuccessStatusCode), 120, 199);
        Assert.All(answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests), answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Single((await app.GetJsonAsync($"/api/triggers/{triggerId}/firings")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task WhatIsNoJson_AndAnUnknownAddress_AndAPausedOne_AreRefused()
    {
        await MakeAsync();
        using (var text = await CallAsync("not json")) await text.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using (var nowhere = await app.Client.PostAsync("/api/webhooks/none", null)) await nowhere.ProblemAsync(HttpStatusCode.NotFound, "not_found");

        await app.PostJsonAsync($"/api/triggers/{triggerId}/pause", new { }, HttpStatusCode.OK);
        using (var paused = await CallAsync("{}")) await paused.ProblemAsync(HttpStatusCode.Conflict, "trigger_paused");
        await app.PostJsonAsync($"/api/triggers/{triggerId}/resume", new { }, HttpStatusCode.OK);

        var before = path;
        path = (await app.PostJsonAsync($"/api/triggers/{triggerId}/renew-address", new { }, HttpStatusCode.OK)).String("webhook_path")!;
        using (var old = await app.Client.PostAsync(before, null)) await old.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var taken = await CallAsync("{}");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
    }

    [Fact]
    public async Task Test_CallsItAsItsSenderWould_Signed()
    {
        await MakeAsync(secret: "tr0ub4dor");

        var answer = await app.PostJsonAsync($"/api/triggers/{triggerId}/test", new { }, HttpStatusCode.OK);

        Assert.Equal("started", answer.String("outcome"));
        await app.WaitForAsync(taskId, AgentTaskStatus.Completed);
        Assert.Contains("\"test\":true", app.Model.Calls.Single()[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesThatAreNoText_AreRefused_AndStandInTheLog()
    {
        await MakeAsync();

        using var body = new ByteArrayContent([(byte)'"', 0xff, (byte)'"']);
        using var refused = await app.Client.PostAsync(path, body);

        await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Equal(400, Assert.Single((await app.GetJsonAsync($"/api/triggers/{triggerId}/deliveries")).Items()).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task BodyFullOfBackticks_IsFencedOffInOnePass()
    {
        var ticks = new string('`', 1_000_000);

        var message = await Task.Run(() => FiringMessages.With("Look", ticks)).WaitAsync(DashboardApplication.Bound);

        Assert.EndsWith($"\n{ticks}`", message, StringComparison.Ordinal);
    }

    private async Task MakeAsync(string? secret = null)
    {
        var made = await app.PostJsonAsync("/api/triggers", new { agent_id = app.AgentId, kind = "webhook", message = "Look at what came", secret }, HttpStatusCode.Created);
        (triggerId, path, taskId) = (made.String("id")!, made.String("webhook_path")!, made.String("task_id")!);
        Assert.Equal(secret is not null, made.GetProperty("has_secret").GetBoolean());
    }

    private async Task<HttpResponseMessage> CallAsync(string body, string? deliveryId = null, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (deliveryId is not null) request.Headers.Add("X-GitHub-Delivery", deliveryId);
        if (signature is not null) request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
        return await app.Client.SendAsync(request);
    }
}

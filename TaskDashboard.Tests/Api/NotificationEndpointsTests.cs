using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Outbound webhooks, taken by a server of the test's own.</summary>
public sealed class NotificationEndpointsTests : IAsyncLifetime
{
    /// <summary>Answered with a beginning that never ends.</summary>
    private const int EndlessStatus = 507;

    private readonly Channel<Delivery> taken = Channel.CreateUnbounded<Delivery>();
    private WebApplication receiver = null!;
    private string address = "";
    private Func<HttpContext, int> answer = _ => 204;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        receiver = builder.Build();
        receiver.MapPost("/hook", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            context.Response.StatusCode = answer(context);
            if (context.Response.StatusCode >= 500) await context.Response.WriteAsync("No.");
            taken.Writer.TryWrite(new Delivery(body, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), context.Response.StatusCode));
            if (context.Response.StatusCode == EndlessStatus) await UntilAsync(context.RequestAborted);
        });
        await receiver.StartAsync();
        address = receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook";
    }

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    [Fact]
    public async Task DoneAndFailedAndNeedsYou_AreTold_Signed_AndEachOnce()
    {
        await using var app = await StartAsync(new AgentScript().For("Work", Says("Done.")).For("Break", Fails("No.")).For("Ask", Calls(Call("ask_user", ("question", "Which?"))), Says("Thanks.")));
        var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address, secret = "whisper" }, HttpStatusCode.Created);
        Assert.True(made.GetProperty("has_secret").GetBoolean());
        Assert.DoesNotContain("whisper", (await app.GetJsonAsync("/api/notifications")).ToString(), StringComparison.Ordinal);

        var done = await app.CreateAsync("Work");
        var told = await NextAsync();
        Assert.Equal(("done", done.Id(), "completed"), (told.Json.String("event"), told.Json.GetProperty("task").Id(), told.Json.GetProperty("task").String("status")));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("whisper"u8, Encoding.UTF8.GetBytes(told.Body))), told.Headers["X-Hub-Signature-256"]);
        Assert.Equal(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData("whisper"u8, Encoding.UTF8.GetBytes($"{told.Headers["Webhook-Id"]}.{told.Headers["Webhook-Timestamp"]}.{told.Body}"))), told.Headers["Webhook-Signature"]);

        await app.CreateAsync("Break");
        Assert.Equal("failed", (await NextAsync()).Json.String("event"));
        var asks = await app.CreateAsync("Ask");
        var asked = await NextAsync();
        Assert.Equal(("needs_you", asks.Id(), "Which?"), (asked.Json.String("event"), asked.Json.GetProperty("task").Id(), asked.Json.GetProperty("request").String("prompt")));
        await app.Tasks.CancelAsync(asks.Id(), CancelScope.Tree, "you");

        var log = (await app.GetJsonAsync($"/api/notifications/{made.Id()}/deliveries")).Items();
        await Eventually.TrueAsync(async () => (await app.GetJsonAsync($"/api/notifications/{made.Id()}/deliveries")).Items().Count(one => one.String("state") == "delivered") == 3);
        Assert.Equal(3, log.Count);
        Assert.False(taken.Reader.TryRead(out _));
    }

    [Fact]
    public async Task AddressThatFails_IsTriedAgain_UnderTheSameId_AlsoAfterARestart()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        answer = _ => 500;
        var script = new AgentScript().For("Work", Says("Done."));
        var app = await StartAsync(script, time);
        try
        {
            var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address }, HttpStatusCode.Created);
            await app.CreateAsync("Work");
            var first = await NextAsync();
            await WaitForAsync(app, made.Id(), one => one.GetProperty("attempts").GetInt32() == 1);
            await app.StopAsync();

            time.Advance(TimeSpan.FromSeconds(6));
            answer = _ => 204;
            app = await StartAsync(script, time, app.DataDirectory);
            var second = await NextAsync();
            await WaitForAsync(app, made.Id(), one => one.String("state") == "delivered");

            Assert.Equal(first.Headers["Webhook-Id"], second.Headers["Webhook-Id"]);
            Assert.Equal(first.Body, second.Body);
        }
        finally
        {
            await app.DisposeAsync();
            if (Directory.Exists(app.DataDirectory)) Directory.Delete(app.DataDirectory, recursive: true);
        }
    }

    [Fact]
    public async Task AnswerInACharacterSetThatNobodyKnows_IsNotedAsAnyOther_AndTriedAgainAfterAWhile()
    {
        answer = context =>
        {
            context.Response.ContentType = "text/plain; charset=nonsense";
            return 500;
        };
        await using var app = await StartAsync(new AgentScript(), new ManualTimeProvider(DateTimeOffset.UtcNow));
        var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address }, HttpStatusCode.Created);

        using var test = await app.SendAsync(HttpMethod.Post, $"/api/notifications/{made.Id()}/test", "{}");

        var told = await WaitForAsync(app, made.Id(), one => one.GetProperty("attempts").GetInt32() == 1);
        Assert.Equal(500, told.GetProperty("last_status").GetInt32());
    }

    [Fact]
    public async Task AnswerThatNeverEnds_KeepsNothingBehindItWaiting()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        answer = _ => EndlessStatus;
        await using var app = await StartAsync(new AgentScript(), time);
        var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address }, HttpStatusCode.Created);
        using var first = await app.SendAsync(HttpMethod.Post, $"/api/notifications/{made.Id()}/test", "{}");
        await NextAsync();
        answer = _ => 204;
        using var second = await app.SendAsync(HttpMethod.Post, $"/api/notifications/{made.Id()}/test", "{}");

        time.Advance(TimeSpan.FromSeconds(15));

        await Eventually.TrueAsync(async () => (await app.GetJsonAsync($"/api/notifications/{made.Id()}/deliveries")).Items().Count(one => one.GetProperty("attempts").GetInt32() >= 1) == 2);
    }

    [Fact]
    public async Task AddressThatSomebodyRemovedMeanwhile_IsNotBroughtBackByAChange()
    {
        await using var app = await StartAsync(new AgentScript());
        var service = app.Services.GetRequiredService<NotificationService>();
        var seen = await service.SaveAsync(new NotificationTarget { Id = "", Name = "Phone", Url = address });
        await service.DeleteAsync(seen.Id);

        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => service.SaveAsync(seen with { Name = "Tablet" }))).Code);
        Assert.Empty(service.List());
    }

    [Fact]
    public async Task AddressForAnAgentThatIsGone_CanStillBeSwitchedOff()
    {
        await using var app = await StartAsync(new AgentScript());
        var agent = await app.PostJsonAsync("/api/agents", new { name = "Passing" }, HttpStatusCode.Created);
        var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address, agent_id = agent.Id() }, HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await app.Client.DeleteAsync($"/api/agents/{agent.Id()}")).StatusCode);

        Assert.False((await app.PatchJsonAsync($"/api/notifications/{made.Id()}", new { active = false })).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task PrivateAddress_IsNotCalled_UnlessTheSettingsAllowIt()
    {
        await using var app = await DashboardApplication.StartAsync(new AgentScript().For("Work", Says("Done.")).Play);
        var made = await app.PostJsonAsync("/api/notifications", new { name = "Phone", url = address }, HttpStatusCode.Created);

        using var test = await app.SendAsync(HttpMethod.Post, $"/api/notifications/{made.Id()}/test", "{}");
        Assert.Equal(HttpStatusCode.Accepted, test.StatusCode);
        var told = await WaitForAsync(app, made.Id(), one => one.GetProperty("attempts").GetInt32() == 1);

        Assert.Contains("loopback", told.String("last_error"), StringComparison.Ordinal);
        Assert.False(taken.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData("{}", "name", "url")]
    [InlineData("""{"name":"A","url":"ftp://example.com"}""", "url")]
    [InlineData("""{"name":"A","url":"https://me:secret@example.com"}""", "url")]
    [InlineData("""{"name":"A","url":"https://example.com","events":[]}""", "events")]
    [InlineData("""{"name":"A","url":"https://example.com","events":["born"]}""", "events")]
    [InlineData("""{"name":"A","url":"https://example.com","agent_id":"agent_x"}""", "agent_id")]
    [InlineData("""{"name":"A","url":"https://example.com","secret":""}""", "secret")]
    public async Task BadInput_IsRefusedWithItsFields(string body, params string[] fields)
    {
        await using var app = await DashboardApplication.StartAsync();
        using var response = await app.SendAsync(HttpMethod.Post, "/api/notifications", body);

        var errors = (await response.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors");
        foreach (var field in fields) Assert.True(errors.TryGetProperty(field, out _), $"{field} is not among {errors}");
    }

    private static Task<DashboardApplication> StartAsync(AgentScript script, TimeProvider? time = null, string? directory = null) =>
        DashboardApplication.StartAsync(script.Play, directory, time, settings: ("Network:AllowPrivateAddresses", "true"));

    private static async Task<JsonElement> WaitForAsync(DashboardApplication app, string id, Func<JsonElement, bool> wanted)
    {
        var found = default(JsonElement);
        await Eventually.TrueAsync(async () =>
        {
            var log = (await app.GetJsonAsync($"/api/notifications/{id}/deliveries")).Items();
            if (log.Count == 0 || !wanted(log[0])) return false;
            found = log[0];
            return true;
        });
        return found;
    }

    private async Task<Delivery> NextAsync()
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        return await taken.Reader.ReadAsync(bound.Token);
    }

    private static async Task UntilAsync(CancellationToken end)
    {
        var ended = new TaskCompletionSource();
        await using var registration = end.Register(ended.SetResult);
        await ended.Task;
    }

    private sealed record Delivery(string Body, IReadOnlyDictionary<string, string> Headers, int Status)
    {
        public JsonElement Json => JsonElement.Parse(Body);
    }
}

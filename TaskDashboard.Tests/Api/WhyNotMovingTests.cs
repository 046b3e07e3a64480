using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Every task that is not done says in one line why, alone and in the list.</summary>
public sealed class WhyNotMovingTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private readonly TaskCompletionSource<object?> tool = new();
    private DashboardApplication app = null!;

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(
            new AgentScript()
                .For("Think", SaysAfter(gate.Task, "Done."))
                .For("Dig", Calls(Call("dig")), Says("Done."))
                .For("Lead", SaysAfter(gate.Task, "I wait."), Says("Done."))
                .For("Limited", (_, observer, token) => LimitedAsync(observer, gate.Task, token))
                .For("Hold", (_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token), Says("Done."))
                .For("Flaky", Fails("A cable\nthat somebody\r\npulled.", retryable: true), Says("Done.")).Play,
            services: services => services.AddSingleton<IToolSource>(new UnrulyTools(("dig", _ => tool.Task))),
            settings: [("Limits:MaxConcurrentRuns", "3"), ("Limits:RetryDelaySeconds", "300")]);
        var agents = app.Services.GetRequiredService<AgentStore>();
        await agents.SaveAsync((await agents.FindAsync(app.AgentId))! with { Tools = ["dig", "calculate"] });
    }

    public async Task DisposeAsync()
    {
        tool.TrySetResult("gold");
        await app.DisposeAsync();
    }

    [Fact]
    public async Task EveryReachableState_HasItsReasonAndASentence()
    {
        // Three that come to wait without a slot, by way of one.
        var lead = await CreateAsync("Lead");
        var hold = await CreateAsync("Hold");
        var limited = await CreateAsync("Limited");
        await CheckAsync(limited, "waiting", "rate_limit", "^The provider's rate limit is reached; it goes on at \\d\\d:\\d\\d:\\d\\d UTC\\.$", isDue: true);
        await app.CreateAsync("Think as a child", new { parent_task_id = lead, delay_until = "2100-01-01" });
        await app.Client.PostAsync($"/api/tasks/{hold}/pause", null);
        gate.SetResult();
        await CheckAsync(lead, "waiting", "subtasks", "^It waits for “Think as a child”\\.$");
        await CheckAsync(hold, "waiting", "paused", "^Paused\\.");

        var flaky = await CreateAsync("Flaky", new { max_attempts = 3 });
        await CheckAsync(flaky, "pending", "retry", "^Attempt 2 of 3 starts at \\d\\d:\\d\\d:\\d\\d UTC\\. The last one failed: A cable that somebody pulled\\.$", isDue: true);
        var delayed = await CreateAsync("Think later", new { delay_until = "2100-01-01T00:00:00" });
        await CheckAsync(delayed, "pending", "delayed", "^It was asked to start at 2100-01-01 00:00:00 UTC\\.$", isDue: true);
        var after = await CreateAsync("Think after", new { depends_on = new[] { delayed } });
        await CheckAsync(after, "pending", "dependency", "^It starts after “Think later”\\.$");

        // And those that need the three slots.
        var never = new TaskCompletionSource();
        new AgentScript().For("Think", SaysAfter(never.Task, "Never.")).For("Dig", Calls(Call("dig")), Says("Done.")).Play(app.Model);
        var thinking = await CreateAsync("Think now");
        await CheckAsync(thinking, "running", "model", "^The model is answering\\.$");
        var digging = await CreateAsync("Dig here");
        await CheckAsync(digging, "running", "tool", "^Misbehave: dig\\.$");
        var stopping = await CreateAsync("Dig there");
        await CheckAsync(stopping, "running", "tool", "dig");
        var queued = await CreateAsync("Think next");
        await CheckAsync(queued, "pending", "slot", "^It waits for a slot; it is number 1 in the queue\\.$");
        using var cancelled = await app.Client.PostAsync($"/api/tasks/{stopping}/cancel", null);
        Assert.Equal("running", (await cancelled.JsonAsync()).String("status"));
        await CheckAsync(stopping, "running", "stopping", "^Stopping");

        await AssertNothingIsEverSilentAsync();
        tool.SetResult("gold");
        never.SetResult();
        await app.WaitForAsync(stopping, AgentTaskStatus.Cancelled);
        await app.WaitForAsync(queued, AgentTaskStatus.Completed);
    }

    private async Task<string> CreateAsync(string message, object? more = null)
    {
        var id = (await app.CreateAsync(message, more)).Id();
        if (more is null && message is "Lead" or "Hold") await Eventually.TrueAsync(() => app.Model.Calls.Any(call => call.Any(said => said.Text == message)));
        return id;
    }

    private async Task CheckAsync(string id, string status, string reason, string text, bool isDue = false)
    {
        await app.WaitForAsync(id, task => task.Status.ToWire() == status && task.Reason == reason);
        var listed = (await app.GetJsonAsync($"/api/tasks?status={status}&limit=200")).Items().Single(task => task.Id() == id);
        foreach (var task in new[] { await app.GetJsonAsync($"/api/tasks/{id}"), listed })
        {
            Assert.Equal((status, reason), (task.String("status"), task.String("reason")));
            Assert.Matches(text, task.String("reason_text"));
            Assert.DoesNotContain('\n', task.String("reason_text")!);
            var due = task.GetProperty("due_at");
            Assert.Equal(isDue ? JsonValueKind.String : JsonValueKind.Null, due.ValueKind);
            if (isDue) Assert.True(DateTimeOffset.Parse(due.GetString()!, CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Not only now: at no moment was there a task that was not done and did not say why.</summary>
    private async Task AssertNothingIsEverSilentAsync()
    {
        var tasks = (await app.GetJsonAsync("/api/tasks?limit=200")).Items();
        Assert.Equal(11, tasks.Count);
        foreach (var task in tasks)
        {
            var events = await app.Reader.ListEventsAsync(task.Id(), 0, 1000);
            var unfinished = events.Select(@event => @event.Data).OfType<StatusData>().Where(status => !status.Status.IsTerminal());
            Assert.All(unfinished, status =>
            {
                Assert.False(string.IsNullOrWhiteSpace(status.Reason));
                Assert.False(string.IsNullOrWhiteSpace(status.ReasonText));
                Assert.DoesNotContain('\n', status.ReasonText!);
            });
        }
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> LimitedAsync(
        IModelCallObserver observer, Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow.AddHours(1), RateLimited: true, "Too many requests."), cancellationToken);
        await gate.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Text("At last.");
    }
}

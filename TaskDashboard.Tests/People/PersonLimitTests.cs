using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.People;

/// <summary>Nobody uses up a server of many.</summary>
public sealed class PersonLimitTests
{
    [Fact]
    public void Bucket_GivesAsManyAtOnce_ThenSaysWhen_AndFillsAgain()
    {
        var time = new ManualTimeProvider();
        var buckets = new TokenBuckets(time, TimeSpan.FromMinutes(1));

        for (var taken = 0; taken < 3; taken++) Assert.Null(buckets.TryTake(("one", 3)));
        Assert.Equal(TimeSpan.FromSeconds(20), buckets.TryTake(("one", 3)));
        Assert.Null(buckets.TryTake(("other", 3)));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(buckets.TryTake(("one", 3)));
        Assert.NotNull(buckets.TryTake(("one", 3)));
    }

    [Fact]
    public void Bucket_OfTwoKeys_TakesFromBothOrFromNone()
    {
        var buckets = new TokenBuckets(new ManualTimeProvider(), TimeSpan.FromMinutes(1));
        Assert.Null(buckets.TryTake(("person", 2), ("key", 2)));
        Assert.Null(buckets.TryTake(("person", 2)));

        Assert.NotNull(buckets.TryTake(("person", 2), ("key", 2)));
        Assert.Null(buckets.TryTake(("key", 2)));
    }

    [Fact]
    public async Task TooManyRequests_AreToldWhenToComeAgain_AndOthersAreNotHeldUp()
    {
        await using var town = await Town.StartAsync(settings: [("People:RequestsPerMinute", "5")]);
        for (var call = 0; call < 5; call++) (await town.Bea.GetAsync("/api/people/me")).Dispose();

        using var refused = await town.Bea.GetAsync("/api/people/me");
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var other = await town.Carl.GetAsync("/api/people/me");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task TooManyTasks_AreRefused_AndNothingIsMade()
    {
        await using var town = await Town.StartAsync(settings: [("People:TasksPerHour", "2")]);
        for (var made = 0; made < 2; made++) await MakeAsync(town.Bea, town, HttpStatusCode.Created);

        using var refused = await MakeAsync(town.Bea, town, HttpStatusCode.TooManyRequests);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_tasks");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3600);
        using var list = await town.Bea.GetAsync("/api/tasks");
        Assert.Equal(2, (await list.JsonAsync()).Items().Count);
        await MakeAsync(town.Carl, town, HttpStatusCode.Created);
    }

    [Fact]
    public async Task TooManyRunningTasks_HaveToEndFirst()
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(
            model => model.Always((_, _, cancellationToken) => ScriptedModelProvider.SayThenWait(["Working. "], gate.Task, cancellationToken)), settings: [("People:RunningTasks", "1")]);
        using var first = await MakeAsync(town.Bea, town, HttpStatusCode.Created);
        var task = (await first.JsonAsync(HttpStatusCode.Created)).Id();

        using var refused = await MakeAsync(town.Bea, town, HttpStatusCode.TooManyRequests);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_running");
        gate.SetResult();
        await town.Program.WaitForAsync(task, AgentTaskStatus.Completed);
        await MakeAsync(town.Bea, town, HttpStatusCode.Created);
    }

    [Fact]
    public async Task KeyThatHasUsedUpItsOwnLimits_LeavesItsPersonsOthersTheirs()
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(
            model => model.Always((_, _, cancellationToken) => ScriptedModelProvider.SayThenWait(["Working. "], gate.Task, cancellationToken)), settings: [("People:RunningTasksOfKey", "1"), ("People:TasksPerHourOfKey", "2")]);
        using var first = await MakeAsync(town.Bea, town, HttpStatusCode.Created);
        using var running = await MakeAsync(town.Bea, town, HttpStatusCode.TooManyRequests);
        await running.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_running");
        var other = await town.ClientOfAsync("bea");
        await MakeAsync(other, town, HttpStatusCode.Created);
        gate.SetResult();
        await town.Program.WaitForAsync((await first.JsonAsync(HttpStatusCode.Created)).Id(), AgentTaskStatus.Completed);

        await MakeAsync(town.Bea, town, HttpStatusCode.Created);
        await Eventually.TrueAsync(() => town.Program.Services.GetRequiredService<Core.Storage.TaskReader>().CountsOf(town.Find("bea").UserId).Running == 0);
        using var made = await MakeAsync(town.Bea, town, HttpStatusCode.TooManyRequests);
        await made.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_tasks");
    }

    [Fact]
    public void Bucket_ThatManyReachAtOnce_GivesNoMoreThanItHolds()
    {
        var buckets = new TokenBuckets(new ManualTimeProvider(), TimeSpan.FromMinutes(1));
        var given = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            if (buckets.TryTake(("one", 100), ("key", 100)) is null) Interlocked.Increment(ref given);
        });

        Assert.Equal(100, given);
    }

    [Fact]
    public async Task OrdersAtOnce_DoNotPassTheLimitOfRunningTasksTogether()
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(
            model => model.Always((_, _, cancellationToken) => ScriptedModelProvider.SayThenWait(["Working. "], gate.Task, cancellationToken)), settings: [("People:RunningTasks", "3")]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine", allow_duplicates = true })));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(21, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        foreach (var answer in answers) answer.Dispose();
        gate.SetResult();
    }

    [Theory]
    [InlineData("People:TasksPerHour")]
    [InlineData("People:RunningTasks")]
    public async Task RepeatedOrder_IsAnsweredWithItsTask_ThoughThereIsNoRoomForAnother(string limit)
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(new AgentScript().For("Wait", AgentScript.SaysAfter(gate.Task, "Done.")).Play, settings: [(limit, "1")]);
        using var first = await OrderAsync("one");
        var made = (await first.JsonAsync(HttpStatusCode.Created)).Id();

        using var repeated = await OrderAsync("one");
        Assert.Equal(made, (await repeated.JsonAsync()).Id());
        using var other = await OrderAsync("two");
        Assert.Equal(HttpStatusCode.TooManyRequests, other.StatusCode);
        gate.SetResult();

        async Task<HttpResponseMessage> OrderAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = JsonContent.Create(new { agent_id = town.Program.AgentId, message = "Wait", allow_duplicates = true }) };
            request.Headers.Add("Idempotency-Key", key);
            return await town.Bea.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("message")]
    [InlineData("retry")]
    public async Task TasksThatEnded_GoOnOnlyWhereThereIsRoomForThem(string verb)
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(
            new AgentScript().For("Fail", AgentScript.Fails("No.")).For("Wait", AgentScript.SaysAfter(gate.Task, "Done.")).Play, settings: [("People:RunningTasks", "1")]);
        var ended = await MakeOneAsync(town, "Fail");
        await town.Program.WaitForAsync(ended, AgentTaskStatus.Failed);
        var running = await MakeOneAsync(town, "Wait");

        using var refused = await town.Bea.PostAsJsonAsync($"/api/tasks/{ended}/{verb}", new { message = "Go on" });
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_running");
        using var steered = await town.Bea.PostAsJsonAsync($"/api/tasks/{running}/message", new { message = "Faster" });
        Assert.Equal(HttpStatusCode.Accepted, steered.StatusCode);
        gate.SetResult();
        await town.Program.WaitForAsync(running, AgentTaskStatus.Completed);
        using var taken = await town.Bea.PostAsJsonAsync($"/api/tasks/{ended}/{verb}", new { message = "Go on" });
        Assert.True(taken.IsSuccessStatusCode, $"{taken.StatusCode}");
    }

    [Fact]
    public async Task TaskInSomebodyElsesChat_CountsAsWhoeversItIs()
    {
        var gate = new TaskCompletionSource();
        await using var town = await Town.StartAsync(
            new AgentScript().For("First", AgentScript.Says("Done.")).For("Wait", AgentScript.SaysAfter(gate.Task, "Done.")).Play, settings: [("People:RunningTasks", "1")]);
        var first = await MakeOneAsync(town, "First");
        var chat = (await town.Program.WaitForAsync(first, AgentTaskStatus.Completed)).ChatId;
        (await town.Bea.PutAsJsonAsync($"/api/chats/{chat}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();
        using var one = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Wait", chat_id = chat, allow_duplicates = true });
        Assert.Equal(HttpStatusCode.Created, one.StatusCode);

        using var two = await town.Carl.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Wait", chat_id = chat, allow_duplicates = true });
        await two.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_running");
        gate.SetResult();
    }

    [Fact]
    public async Task ConversationThatBegins_IsATaskLikeAnyOther_CountedAndWrittenDown()
    {
        await using var town = await Town.StartAsync(settings: [("People:TasksPerHour", "1")]);
        using var begun = await SayAsync("one");
        var task = (await begun.JsonAsync()).String("task_id");

        using var refused = await SayAsync("two");
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too_many_tasks");
        using var further = await SayAsync("one");
        Assert.Equal(HttpStatusCode.OK, further.StatusCode);
        await Eventually.TrueAsync(async () =>
        {
            using var audit = await town.Bea.GetAsync("/api/audit");
            return (await audit.JsonAsync()).Items().Any(entry => (entry.String("action"), entry.String("target")) == ("task_created", task));
        });

        Task<HttpResponseMessage> SayAsync(string tag) => town.Bea.PostAsJsonAsync("/api/conversations", new { descriptor = $"/system/{tag}", agent_id = town.Program.AgentId, message = "Hello" });
    }

    private static async Task<string> MakeOneAsync(Town town, string message)
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message });
        return (await made.JsonAsync(HttpStatusCode.Created)).Id();
    }

    private static async Task<HttpResponseMessage> MakeAsync(HttpClient client, Town town, HttpStatusCode expected)
    {
        var answer = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine", allow_duplicates = true });
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }
}

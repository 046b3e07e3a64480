using System.Net;
using System.Net.Http.Json;
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
        var buckets = new TokenBuckets(time, 3, TimeSpan.FromMinutes(1));

        for (var taken = 0; taken < 3; taken++) Assert.Null(buckets.TryTake("one"));
        Assert.Equal(TimeSpan.FromSeconds(20), buckets.TryTake("one"));
        Assert.Null(buckets.TryTake("other"));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(buckets.TryTake("one"));
        Assert.NotNull(buckets.TryTake("one"));
    }

    [Fact]
    public void Bucket_OfTwoKeys_TakesFromBothOrFromNone()
    {
        var buckets = new TokenBuckets(new ManualTimeProvider(), 2, TimeSpan.FromMinutes(1));
        Assert.Null(buckets.TryTake("person", "key"));
        Assert.Null(buckets.TryTake("person"));

        Assert.NotNull(buckets.TryTake("person", "key"));
        Assert.Null(buckets.TryTake("key"));
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

    private static async Task<HttpResponseMessage> MakeAsync(HttpClient client, Town town, HttpStatusCode expected)
    {
        var answer = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine", allow_duplicates = true });
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }
}

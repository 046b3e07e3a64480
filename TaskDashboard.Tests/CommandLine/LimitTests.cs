using TaskDashboard.App.CommandLine;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>A server that asks for a pause (429) is told of with when to come again, and heeded where one order is many requests.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task TooManyTasks_AreRefused_AndSayWhenToComeAgain()
    {
        await using var town = await Town.StartAsync(settings: [("People:TasksPerHour", "1")]);
        var bea = await town.AtTheTerminalAsync("bea");

        (await bea.RunAsync("tasks", "add", "One")).Exited(ExitCodes.Fine);
        var refused = (await bea.RunAsync("tasks", "add", "Two")).Exited(ExitCodes.Refused);

        Assert.Matches(@"Try again in \d+ s\.", refused.Error);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData("7", null, "Try again in 7 s.")]
    [InlineData("600", null, "Try again in 10 min.")]
    [InlineData("Thu, 01 Jan 2026 00:01:00 GMT", "Thu, 01 Jan 2026 00:00:15 GMT", "Try again in 45 s.")]
    [InlineData(null, null, "Try again in a moment.")]
    public async Task RetryAfter_InEitherForm_IsTold(string? after, string? date, string words)
    {
        await using var server = await StandInServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = after;
            if (date is not null) context.Response.Headers.Date = date;
            return StandInServer.Problem(context, 429, "too_many_requests", "That was too much.");
        });

        var refused = (await new Cli { Url = server.Url }.RunAsync("tasks", "list")).Exited(ExitCodes.Refused);

        Assert.Contains("That was too much.", refused.Error, StringComparison.Ordinal);
        Assert.Contains(words, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_ThatIsAskedToPause_Waits_AndDeletesAllOfThem()
    {
        var time = new ManualTimeProvider();
        var refusals = 0;
        await using var server = await StandInServer.StartAsync((request, context) =>
        {
            if (request.Method == "GET") return StandInServer.Json(context, request.Path == "/api/tasks" ? new { items = new[] { Task(1), Task(2) } } : Task(request.Path[^1] - '0'));
            if (request.Path.EndsWith('2') && Interlocked.Increment(ref refusals) == 1)
            {
                context.Response.Headers.RetryAfter = "5";
                return StandInServer.Problem(context, 429, "too_many_requests", "Slowly.");
            }

            context.Response.StatusCode = 204;
            return System.Threading.Tasks.Task.CompletedTask;
        });

        var clearing = new Cli { Url = server.Url, Time = time }.RunAsync("tasks", "clear", "--status", "completed", "--yes");
        await Eventually.TrueAsync(() =>
        {
            if (Volatile.Read(ref refusals) > 0) time.Advance(TimeSpan.FromSeconds(5));
            return clearing.IsCompleted;
        });

        var result = (await clearing).Exited(ExitCodes.Fine);
        Assert.Equal("2 tasks are deleted.", Assert.Single(result.Lines));
        Assert.Equal(3, server.Requests.Count(request => request.Method == "DELETE"));

        static object Task(int number) => new { id = $"task_{number}", status = "completed", title = "A", created_at = "2026-01-01T00:00:00Z" };
    }
}

using Microsoft.AspNetCore.Http;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>Following a task over connections that break, as a stand-in server lets them.</summary>
public sealed class TaskStreamTests
{
    private const string Id = "task_0197c0de000070008000000000000009";

    [Fact]
    public async Task Watch_OverABrokenConnection_GoesOnFromItsCursor_AndShowsEachEventOnce()
    {
        var connections = 0;
        var shown = new TaskCompletionSource();
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            switch (Interlocked.Increment(ref connections))
            {
                case 1:
                    await SnapshotAsync(context, "running", lastSeq: 2);
                    await EventAsync(context, 1, "status", new { status = "running" });
                    await EventAsync(context, 2, "message", new { message_id = "m1", role = "user", text = "Hello" });
                    await shown.Task.WaitAsync(DashboardApplication.Bound);
                    context.Abort();
                    break;
                case 2:
                    await StandInServer.Problem(context, 503, "draining", "The server stops.");
                    break;
                default:
                    await SnapshotAsync(context, "completed", lastSeq: 4);
                    await EventAsync(context, 2, "message", new { message_id = "m1", role = "user", text = "Hello" });
                    await EventAsync(context, 3, "message", new { message_id = "m2", role = "assistant", text = "Hi" });
                    await EventAsync(context, 4, "status", new { status = "completed" });
                    await StandInServer.FrameAsync(context, "end", new { type = "end" });
                    break;
            }
        });

        var cli = new Cli { Url = server.Url, Heard = text => { if (text.Contains("Hello", StringComparison.Ordinal)) shown.TrySetResult(); } };
        var result = (await cli.RunAsync("tasks", "watch", Id, "--json")).Exited(ExitCodes.Fine);

        Assert.Equal(4, result.GaplessFrom(1).Count);
        Assert.Equal(["?after=0", "?after=2", "?after=2"], server.Requests.Select(request => request.Query));
        Assert.Contains("The connection broke", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithAHoleInTheEvents_AsksAgain_AndShowsNoHole()
    {
        var connections = 0;
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            var first = Interlocked.Increment(ref connections) == 1;
            await SnapshotAsync(context, "completed", lastSeq: 3);
            foreach (var seq in first ? new[] { 1, 3 } : [2, 3]) await EventAsync(context, seq, "status", new { status = "completed" });
            await StandInServer.FrameAsync(context, "end", new { type = "end" });
        });

        var result = (await new Cli { Url = server.Url }.RunAsync("tasks", "watch", Id, "--json")).Exited(ExitCodes.Fine);

        Assert.Equal(3, result.GaplessFrom(1).Count);
    }

    [Fact]
    public async Task Watch_WithACursorAheadOfTheLog_StartsOver()
    {
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            await StandInServer.FrameAsync(context, "snapshot", new { task = new { id = Id, status = "completed" }, last_seq = 1, resync = true });
            await EventAsync(context, 1, "status", new { status = "completed" });
            await StandInServer.FrameAsync(context, "end", new { type = "end" });
        });

        var result = (await new Cli { Url = server.Url }.RunAsync("tasks", "watch", Id, "--after", "70", "--json")).Exited(ExitCodes.Fine);

        result.GaplessFrom(1);
    }

    [Fact]
    public async Task Watch_OfATaskThatIsDeleted_Ends()
    {
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            await SnapshotAsync(context, "pending", lastSeq: 0);
            await EventAsync(context, 1, "deleted", new { });
        });

        var result = (await new Cli { Url = server.Url }.RunAsync("tasks", "watch", Id)).Exited(ExitCodes.Refused);

        Assert.Contains("■ deleted", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OfAServerThatDoesNotComeBack_GivesUp_AndSaysHowToGoOn()
    {
        var time = new ManualTimeProvider();
        var connections = 0;
        var shown = new TaskCompletionSource();
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            if (Interlocked.Increment(ref connections) == 1)
            {
                await SnapshotAsync(context, "running", lastSeq: 1);
                await EventAsync(context, 1, "status", new { status = "running" });
                await shown.Task.WaitAsync(DashboardApplication.Bound);
            }

            context.Abort();
        });

        var watching = new Cli { Url = server.Url, Time = time, Heard = _ => shown.TrySetResult() }.RunAsync("tasks", "watch", Id, "--json");
        await shown.Task.WaitAsync(DashboardApplication.Bound);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return watching.IsCompleted;
        });

        var result = (await watching).Exited(ExitCodes.NoServer);
        Assert.Contains($"tasks watch {Id} --after 1", result.Error, StringComparison.Ordinal);
        Assert.InRange(connections, 20, 40);
    }

    [Fact]
    public async Task Stream_ThatFallsSilent_CountsAsBroken()
    {
        var time = new ManualTimeProvider();
        await using var stream = new WatchedStream(new NeverReadyStream(), TimeSpan.FromSeconds(45), time);

        var reading = stream.ReadAsync(new byte[10]).AsTask();
        time.Advance(TimeSpan.FromSeconds(44));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("45 s", (await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(DashboardApplication.Bound))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task Deltas_ComeOnlyWhereTheyAreAskedFor(bool asked, int lines)
    {
        await using var server = await StandInServer.StartAsync(async (_, context) =>
        {
            await SnapshotAsync(context, "running", lastSeq: 0);
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 0, text = "Hel" });
            await StandInServer.FrameAsync(context, "message_delta", new { message_id = "m1", offset = 3, text = "lo" });
            await EventAsync(context, 1, "status", new { status = "completed" });
            await StandInServer.FrameAsync(context, "end", new { type = "end" });
        });

        string[] more = asked ? ["--deltas"] : [];
        var result = (await new Cli { Url = server.Url }.RunAsync(["tasks", "watch", Id, "--json", .. more])).Exited(ExitCodes.Fine);

        Assert.Equal(lines, result.Json.Count);
    }

    internal static Task SnapshotAsync(HttpContext context, string status, long lastSeq) =>
        StandInServer.FrameAsync(context, "snapshot", new { task = new { id = Id, status, usage = new { input = 0, output = 0 } }, last_seq = lastSeq, task_id = Id });

    internal static Task EventAsync(HttpContext context, long seq, string type, object data) =>
        StandInServer.FrameAsync(context, type, new { seq, type, at = "2026-01-01T00:00:00.000Z", task_id = Id, data });

    private sealed class NeverReadyStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}

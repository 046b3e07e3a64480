using System.Net;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class StreamEndpointsTests
{
    [Fact]
    public async Task Watch_OfAFinishedTask_ReplaysEverythingAndEnds()
    {
        await using var app = await DashboardApplication.StartAsync();
        var id = (await app.CreateAsync("Say it")).Id();
        var task = await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        var events = await stream.ReadToEndAsync();

        Assert.Equal("snapshot", events[0].Name);
        Assert.Equal(task.LastSeq, events[0].Data.GetProperty("last_seq").GetInt64());
        Assert.Equal("end", events[^1].Name);
        Assert.Equal(Enumerable.Range(1, (int)task.LastSeq).Select(seq => (long?)seq), events.Where(item => item.IsDurable).Select(item => item.Id));
        Assert.All(events.Where(item => item.IsDurable), item =>
        {
            Assert.Equal(item.Name, item.Data.String("type"));
            Assert.Equal(item.Id, item.Data.GetProperty("seq").GetInt64());
            Assert.Equal(id, item.Data.GetProperty("data").String("task_id"));
        });
        Assert.Equal("no-cache", stream.Response.Headers.CacheControl?.ToString());
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Watch_DroppedAfterEveryKthEvent_ResumesWithEachDurableEventExactlyOnceInOrder(int dropAfter)
    {
        await using var app = await DashboardApplication.StartAsync(model =>
        {
            for (var round = 0; round < 6; round++)
                model.Then(ScriptedModelProvider.Text("Round "), ScriptedModelProvider.Call($"call{round}", "calculate", ("expression", $"{round}+1")));
            model.Then((_, _, _) => ScriptedModelProvider.Say("The", " end"));
        });
        var id = (await app.CreateAsync("Work in rounds")).Id();

        var seen = new List<long>();
        string? cursor = null;
        for (var ended = false; !ended;)
        {
            await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream", cursor);
            var taken = 0;
            await foreach (var item in stream.ReadAsync())
            {
                ended |= item.Name == "end";
                if (item.Id is not { } seq) continue;
                seen.Add(seq);
                cursor = $"{seq}";
                if (++taken == dropAfter) break;
            }
        }

        var task = await app.Reader.FindAsync(id);
        Assert.True(task!.LastSeq > 30);
        Assert.Equal(Enumerable.Range(1, (int)task.LastSeq).Select(seq => (long)seq), seen);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Watch_HeaderAndAddressBothWithACursor_GoesByTheHeader()
    {
        await using var app = await DashboardApplication.StartAsync();
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream?after=1", "3");
        var events = await stream.ReadToEndAsync();

        Assert.Equal(4, events.First(item => item.IsDurable).Id);
    }

    [Fact]
    public async Task Watch_WithACursorAheadOfTheLog_IsAnsweredWithASnapshotThatSaysResync()
    {
        await using var app = await DashboardApplication.StartAsync();
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream?after=100000");
        var events = await stream.ReadToEndAsync();

        Assert.Equal("snapshot", events[0].Name);
        Assert.True(events[0].Data.GetProperty("resync").GetBoolean());
        Assert.Equal(1, events.First(item => item.IsDurable).Id);
    }

    [Fact]
    public async Task Watch_WhileTextStreams_GetsDeltasThatAddUpToTheMessage()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model =>
            model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Line\n", "\"two\" ", "ü😀"], gate.Task, token)));
        var id = (await app.CreateAsync()).Id();

        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        var text = "";
        await foreach (var item in stream.ReadAsync())
        {
            if (item.Name == "message_delta")
            {
                Assert.Null(item.Id);
                Assert.Equal(text.Length, item.Data.GetProperty("offset").GetInt32());
                text += item.Data.String("text");
                if (text.EndsWith("😀", StringComparison.Ordinal)) gate.TrySetResult();
            }
            else if (item.Name == "message" && item.Data.GetProperty("data").String("role") == "assistant")
            {
                Assert.Equal(text, item.Data.GetProperty("data").String("text"));
            }
        }

        Assert.Equal("Line\n\"two\" ü😀", text);
    }

    [Fact]
    public async Task Delete_ClosesItsStreamsWithDeleted()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token)));
        var id = (await app.CreateAsync()).Id();
        await using var one = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        await using var two = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
        var watched = Task.WhenAll(one.ReadToEndAsync(), two.ReadToEndAsync());

        using var deleted = await app.Client.DeleteAsync($"/api/tasks/{id}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.All(await watched, events => Assert.Equal("deleted", events[^1].Name));
    }

    [Fact]
    public async Task WatchList_TellsEveryChangeWithItsCursor_AndTheCountsBehindIt()
    {
        await using var app = await DashboardApplication.StartAsync();
        await using var stream = await ServerSentEventReader.OpenAsync(app.Client, "/api/stream");
        var reading = stream.ReadUntilAsync(item => item.Name == "counts" && item.Data.GetProperty("completed").GetInt64() == 1);

        var id = (await app.CreateAsync()).Id();
        var events = await reading;

        Assert.Equal("snapshot", events[0].Name);
        var statuses = events.Where(item => item.Name == "status").ToList();
        Assert.All(statuses, item => Assert.Equal(item.Id, item.Data.GetProperty("id").GetInt64()));
        Assert.All(statuses, item => Assert.Equal(id, item.Data.String("task_id")));
        Assert.Equal("completed", statuses[^1].Data.GetProperty("data").String("status"));

        await using var resumed = await ServerSentEventReader.OpenAsync(app.Client, "/api/stream", $"{statuses[0].Id}");
        var again = await resumed.ReadUntilAsync(item => item.Id == statuses[^1].Id);
        Assert.Equal(statuses.Skip(1).Select(item => item.Id), again.Where(item => item.IsDurable).Select(item => item.Id));
    }

    [Fact]
    public async Task Watch_InSilence_GetsAHeartbeatEveryFifteenSeconds()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await DashboardApplication.StartAsync(time: time);
        using var response = await app.Client.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: snapshot", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound));
        await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound);
        Assert.Equal("", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound));

        for (var beat = 0; beat < 3; beat++)
        {
            var line = reader.ReadLineAsync();
            time.Advance(TimeSpan.FromSeconds(14.9));
            Assert.False(line.IsCompleted);
            await ReadAdvancingAsync(line, time);
            Assert.Equal(": heartbeat", await line.WaitAsync(DashboardApplication.Bound));
            Assert.Equal("", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound));
        }
    }

    [Fact]
    public async Task Viewers_ThatLeave_EndNothingAndLogNothing()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token)));
        var id = (await app.CreateAsync()).Id();
        for (var viewer = 0; viewer < 10; viewer++)
        {
            await using var stream = await ServerSentEventReader.OpenAsync(app.Client, $"/api/tasks/{id}/stream");
            await stream.ReadUntilAsync(item => item.Name == "message_delta");
        }

        gate.SetResult();
        var task = await app.WaitForAsync(id, status => status.Status.IsTerminal());

        Assert.Equal(AgentTaskStatus.Completed, task.Status);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Stop_EndsOpenStreams_AndTheTaskGoesOnAtTheNextStart()
    {
        var gate = new TaskCompletionSource();
        await using var first = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token)));
        var id = (await first.CreateAsync()).Id();
        var stream = await ServerSentEventReader.OpenAsync(first.NewClient(), $"/api/tasks/{id}/stream");
        var watched = stream.ReadToEndAsync();

        await first.StopAsync();
        var events = await watched;

        Assert.DoesNotContain(events, item => item.Name == "end");
        var cursor = events.Last(item => item.IsDurable).Id!.Value;
        await using var second = await DashboardApplication.StartAsync(directory: first.DataDirectory);
        await using var resumed = await ServerSentEventReader.OpenAsync(second.Client, $"/api/tasks/{id}/stream", $"{cursor}");
        var rest = await resumed.ReadToEndAsync();
        Assert.Equal("end", rest[^1].Name);
        Assert.Equal(cursor + 1, rest.First(item => item.IsDurable).Id);
    }

    /// <summary>The clock only moves by hand, and the stream may arm its timer a moment after its first frame was read.</summary>
    private static async Task ReadAdvancingAsync(Task line, ManualTimeProvider time)
    {
        for (var moved = TimeSpan.Zero; !line.IsCompleted && moved < TimeSpan.FromMinutes(1); moved += TimeSpan.FromSeconds(0.1))
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.WhenAny(line, Task.Delay(20));
        }
    }
}

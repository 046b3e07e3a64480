using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability;

/// <summary>
/// Steady work: one small task after the other, at a rate that makes so many durable events a second. Old tasks are deleted, so that the amount of
/// stored data is the same all along.
/// </summary>
internal sealed class SoakWorkload(DashboardProcess program, double eventsPerSecond)
{
    private const int Kept = 120;
    private const string Message = "calculate 1 + 1, then calculate 2 * 3, then calculate 4 - 5, then say 12 words";

    private readonly Queue<string> tasks = new();
    private string agent = "";
    private long eventsOfATask;

    /// <summary>The newest task, which is most likely still at work.</summary>
    public string Newest { get; private set; } = "";

    public int Made { get; private set; }

    /// <summary>Makes the first task, and counts its events, by which the pace is set.</summary>
    public async Task BeginAsync()
    {
        using var agents = await program.Client.GetAsync("/api/agents");
        agent = (await agents.JsonAsync()).Items().First(one => one.String("name") == "Assistant").Id();
        await MakeAsync();
        await using var stream = await ServerSentEventReader.OpenAsync(program.Client, $"/api/tasks/{Newest}/stream");
        eventsOfATask = (await stream.ReadToEndAsync()).Max(item => item.Id) ?? throw new InvalidOperationException("The first task has no events.");
    }

    /// <summary>Works until it is cancelled.</summary>
    public async Task WorkAsync(CancellationToken over)
    {
        var clock = Stopwatch.StartNew();
        var first = Made;
        while (!over.IsCancellationRequested)
        {
            // By the clock and not by pauses, so that the rate holds on a busy machine too.
            var due = TimeSpan.FromSeconds((Made - first) * eventsOfATask / eventsPerSecond) - clock.Elapsed;
            if (due > TimeSpan.Zero) await Task.Delay(due, CancellationToken.None);
            await MakeAsync();
            if (tasks.Count > Kept) await RemoveAsync(tasks.Dequeue());
        }
    }

    /// <summary>How many events the store has ever taken in.</summary>
    public async Task<long> EventsAsync()
    {
        await using var stream = await ServerSentEventReader.OpenAsync(program.Client, "/api/stream");
        return (await stream.ReadUntilAsync(item => item.Name == "snapshot"))[0].Data.GetProperty("last_id").GetInt64();
    }

    private async Task MakeAsync()
    {
        var body = new { agent_id = agent, message = Message, title = $"Soak {Made}", model = "builtin/assistant", allow_duplicates = true };
        using var response = await program.Client.PostAsJsonAsync("/api/tasks", body);
        Newest = (await response.JsonAsync(HttpStatusCode.Created)).Id();
        tasks.Enqueue(Newest);
        Made++;
    }

    private async Task RemoveAsync(string task)
    {
        using var response = await program.Client.DeleteAsync($"/api/tasks/{task}");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }
}

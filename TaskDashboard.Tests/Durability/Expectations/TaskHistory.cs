using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>Everything that is stored about one task, as the wire has it, at one moment.</summary>
internal sealed record TaskHistory(
    JsonElement Task, IReadOnlyList<JsonElement> Events, IReadOnlyList<JsonElement> Runs, IReadOnlyList<JsonElement> Messages)
{
    /// <summary>A task that moves is read again until it stood still for one reading.</summary>
    private const int MostReadings = 200;

    public string Id => Task.Id();

    public AgentTaskStatus Status => AgentTaskStatusExtensions.TryParse(Task.String("status"), out var status)
        ? status
        : throw new InvalidDataException($"{Id} has the status {Task.String("status")}.");

    public IEnumerable<JsonElement> EventsOf(string type) => Events.Where(item => item.String("type") == type);

    /// <summary>Reads it over REST; null when there is no such task.</summary>
    public static Task<TaskHistory?> ReadAsync(HttpClient client, string taskId) => ReadStillAsync(
        () => FindAsync(client, taskId),
        async () => (
            await AllAsync(client, $"/api/tasks/{taskId}/events"),
            await AllAsync(client, $"/api/tasks/{taskId}/runs"),
            await AllAsync(client, $"/api/tasks/{taskId}/messages")));

    /// <summary>Reads it from an engine without a web server; null when there is no such task.</summary>
    public static Task<TaskHistory?> ReadAsync(ITaskReader reader, string taskId) => ReadStillAsync(
        async () => await reader.FindAsync(taskId) is { } task ? JsonSerializer.SerializeToElement(task, EventJson.Options) : null,
        async () => (
            [.. (await reader.ListEventsAsync(taskId, 0, int.MaxValue)).Select(item => JsonElement.Parse(item.Json.Span))],
            [.. (await reader.ListRunsAsync(taskId, 0, int.MaxValue)).Select(run => JsonSerializer.SerializeToElement(run, EventJson.Options))],
            [.. (await reader.ListMessagesAsync(taskId, 0, int.MaxValue)).Select(entry => JsonSerializer.SerializeToElement(entry, EventJson.Options))]));

    /// <summary>Everything that a paged list has.</summary>
    public static async Task<IReadOnlyList<JsonElement>> AllAsync(HttpClient client, string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var query = cursor is null ? "limit=200" : $"limit=200&cursor={Uri.EscapeDataString(cursor)}";
            using var response = await client.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
            var page = await response.JsonAsync();
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.String("next_cursor");
        }
        while (cursor is not null);

        return items;
    }

    private static async Task<TaskHistory?> ReadStillAsync(
        Func<Task<JsonElement?>> find, Func<Task<(IReadOnlyList<JsonElement> Events, IReadOnlyList<JsonElement> Runs, IReadOnlyList<JsonElement> Messages)>> read)
    {
        for (var reading = 1; ; reading++)
        {
            if (await find() is not { } before) return null;
            var (events, runs, messages) = await read();
            if (await find() is not { } after) return null;
            if (Version(before) == Version(after)) return new TaskHistory(after, events, runs, messages);
            if (reading == MostReadings) throw new TimeoutException($"{before.Id()} did not stand still in {MostReadings} readings.");
        }
    }

    private static async Task<JsonElement?> FindAsync(HttpClient client, string taskId)
    {
        using var response = await client.GetAsync($"/api/tasks/{taskId}");
        return response.StatusCode == HttpStatusCode.NotFound ? null : await response.JsonAsync();
    }

    private static long Version(JsonElement task) => task.GetProperty("version").GetInt64();
}

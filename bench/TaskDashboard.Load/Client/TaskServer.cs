using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.Load.Client;

/// <summary>A server with the product's REST contract: the floor, or the product.</summary>
/// <param name="name">For messages.</param>
/// <param name="address">Where it listens.</param>
/// <param name="processId">Whose memory and processor time are read.</param>
/// <param name="agentId">The agent of every task.</param>
/// <param name="modelPrefix">What stands before a model's name: the provider and a slash, or nothing.</param>
internal sealed class TaskServer(string name, Uri address, int processId, string agentId, string modelPrefix) : Source(name, address)
{
    private int created;

    public int ProcessId { get; } = processId;

    /// <summary>One request: the answer to the create is the task's stream.</summary>
    public override async Task<Watch> StartAsync(string model, CancellationToken cancellationToken) =>
        await Watch.OpenAsync(await PostTaskAsync(model, stream: true, cancellationToken), new TaskStreamText(), cancellationToken);

    /// <summary>Creates a task and answers with its id.</summary>
    public async Task<string> CreateAsync(string model, CancellationToken cancellationToken, string? message = null)
    {
        using var response = await PostTaskAsync(model, stream: false, cancellationToken, message);
        var body = await ReadOrThrowAsync(response, cancellationToken);
        using var task = JsonDocument.Parse(body);
        return task.RootElement.GetProperty("id").GetString()!;
    }

    public async Task<Watch> WatchAsync(string taskId, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, $"/api/tasks/{taskId}/stream", null, stream: true, cancellationToken);
        return await Watch.OpenAsync(response, new TaskStreamText(), cancellationToken);
    }

    /// <summary>Reads an answer whole.</summary>
    public async Task<byte[]> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, stream: false, cancellationToken);
        return await ReadOrThrowAsync(response, cancellationToken);
    }

    public async Task<byte[]> PostAsync(string path, string body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, stream: false, cancellationToken);
        return await ReadOrThrowAsync(response, cancellationToken);
    }

    private Task<HttpResponseMessage> PostTaskAsync(string model, bool stream, CancellationToken cancellationToken, string? message = null)
    {
        message ??= string.Create(CultureInfo.InvariantCulture, $"Task {Interlocked.Increment(ref created)}");
        var body = $$"""{"agent_id":"{{agentId}}","message":"{{message}}","model":"{{modelPrefix}}{{model}}","allow_duplicates":true}""";
        return SendAsync(HttpMethod.Post, "/api/tasks", body, stream, cancellationToken);
    }

    private static async Task<byte[]> ReadOrThrowAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var problem = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new HttpRequestException($"{(int)response.StatusCode} {problem}", null, response.StatusCode);
        }

        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}

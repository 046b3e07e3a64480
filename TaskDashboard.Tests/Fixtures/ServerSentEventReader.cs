using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>One event of an event stream, as it came over the wire.</summary>
/// <param name="Name">Its <c>event</c>.</param>
/// <param name="Id">Its own <c>id</c>; null where it has none.</param>
/// <param name="Data">Its <c>data</c>.</param>
public sealed record ServerSentEvent(string Name, long? Id, JsonElement Data)
{
    /// <summary>A durable event of a task's log carries its own sequence number.</summary>
    public bool IsDurable => Id is not null;

    public override string ToString() => $"{Name}#{Id} {Data}";
}

/// <summary>Reads an event stream (SSE) over real HTTP.</summary>
public sealed class ServerSentEventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;

    private ServerSentEventReader(HttpResponseMessage response) => this.response = response;

    public HttpResponseMessage Response => response;

    /// <param name="client">The client; its timeout bounds the answer's headers.</param>
    /// <param name="path">Such as <c>/api/stream</c>.</param>
    /// <param name="lastEventId">What a browser that reconnects sends.</param>
    public static async Task<ServerSentEventReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return new ServerSentEventReader(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public static ServerSentEventReader Of(HttpResponseMessage response) => new(response);

    /// <summary>The events until the server ends the stream; fails when that takes longer than any test should.</summary>
    public async IAsyncEnumerable<ServerSentEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(DashboardApplication.Bound);
        await using var stream = await response.Content.ReadAsStreamAsync(bound.Token);
        var parser = SseParser.Create(stream);
        long? before = null;
        await foreach (var item in parser.EnumerateAsync(bound.Token))
        {
            // The parser tells the last id that it saw, also with an event that has none of its own.
            long? id = item.EventId is null ? null : long.Parse(item.EventId, CultureInfo.InvariantCulture);
            var own = id == before ? null : id;
            before = id;
            yield return new ServerSentEvent(item.EventType, own, JsonElement.Parse(item.Data));
        }
    }

    public async Task<List<ServerSentEvent>> ReadToEndAsync()
    {
        var events = new List<ServerSentEvent>();
        await foreach (var item in ReadAsync()) events.Add(item);
        return events;
    }

    /// <summary>Reads up to and with the first event that is wanted.</summary>
    public async Task<List<ServerSentEvent>> ReadUntilAsync(Func<ServerSentEvent, bool> wanted)
    {
        var events = new List<ServerSentEvent>();
        await foreach (var item in ReadAsync())
        {
            events.Add(item);
            if (wanted(item)) return events;
        }

        throw new InvalidOperationException("The stream ended before that: " + string.Join(", ", events));
    }

    /// <summary>Closes the connection as a browser's tab does.</summary>
    public ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}

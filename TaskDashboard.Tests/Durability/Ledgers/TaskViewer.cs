using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability.Ledgers;

/// <summary>
/// Somebody who watches a task over an event stream and comes back with the cursor after every end of the connection. Keeps every durable event
/// that it was shown, and what it has read of text that streams in.
/// </summary>
internal sealed class TaskViewer(TaskAccount account, Ledger ledger)
{
    private readonly Dictionary<long, string> seen = [];
    private readonly Dictionary<string, StreamingText> open = [];
    private readonly Dictionary<string, string> kept = [];
    private long lastSeq;
    private bool ended;

    /// <summary>The durable events that it was shown so far, as they came over the wire, by their sequence number.</summary>
    public IReadOnlyDictionary<long, string> Seen
    {
        get
        {
            lock (seen) return seen.ToDictionary();
        }
    }

    /// <summary>Watches until the stream or the connection ends.</summary>
    public async Task WatchAsync(HttpClient client, CancellationToken over)
    {
        if (account.Id is not { } id) return;
        open.Clear();
        try
        {
            await using var stream = await ServerSentEventReader.OpenAsync(client, $"/api/tasks/{id}/stream", lastSeq == 0 ? null : $"{lastSeq}");
            if (stream.Response.StatusCode == HttpStatusCode.NotFound && account.DeleteSent) return;

            // It is stopping, and says so; as where it is gone already, there is nothing to watch before it is back.
            if (stream.Response.StatusCode == HttpStatusCode.ServiceUnavailable) return;
            await foreach (var item in stream.ReadAsync(over)) Take(item);
        }
        catch (Exception failure) when (ServerGone.Explains(failure))
        {
            // It comes back with its cursor when the program does.
        }
    }

    /// <summary>Has it seen the task's end?</summary>
    public bool Ended => ended;

    /// <summary>What it had read by certain moments of messages that never became whole before its eyes, by message.</summary>
    public IReadOnlyDictionary<string, string> KeptTexts => kept;

    /// <summary>Notes what it had read by a moment of the past, of messages that are not whole yet; when it is not watching.</summary>
    public void KeepTextsReadBefore(long timestamp)
    {
        foreach (var (id, text) in open)
        {
            if (text.Before(timestamp) is { Length: > 0 } read) kept[id] = read;
        }

        open.Clear();
    }

    private void Take(ServerSentEvent item)
    {
        if (item.Name == "snapshot") TakeSnapshot(item.Data);
        if (item.Name is "message_delta" or "thought_delta") TakeDelta(item.Data);
        if (item.Name == "end") ended = true;
        if (item.Id is not { } seq) return;
        ended = false;
        if (seq != lastSeq + 1 && item.Name != "deleted") ledger.Surprise($"A viewer of {account} was shown event {seq} behind {lastSeq}.");
        lastSeq = seq;
        lock (seen) seen[seq] = item.Data.GetRawText();
        if (item.Name is "message" or "thought") open.Remove(item.Data.GetProperty("data").String("message_id")!);
    }

    private void TakeSnapshot(JsonElement snapshot)
    {
        if (snapshot.TryGetProperty("resync", out _))
            ledger.Surprise($"A viewer of {account} that had seen event {lastSeq} was told that the log is shorter: {snapshot.GetProperty("last_seq")}.");
    }

    private void TakeDelta(JsonElement delta)
    {
        var id = delta.String("message_id")!;
        if (!open.TryGetValue(id, out var text)) open[id] = text = new StreamingText();
        if (!text.TryAppend(delta.GetProperty("offset").GetInt32(), delta.String("text")!))
            ledger.Surprise($"A viewer of {account} was shown a piece of {id} that does not follow on: {delta}.");
    }

    private sealed class StreamingText
    {
        private readonly List<(long At, int Length)> moments = [];
        private string text = "";

        public bool TryAppend(int offset, string piece)
        {
            var fits = offset == text.Length || offset == 0;
            text = offset == 0 ? piece : text + piece;
            moments.Add((Stopwatch.GetTimestamp(), text.Length));
            return fits;
        }

        public string Before(long timestamp) => text[..moments.LastOrDefault(moment => moment.At <= timestamp).Length];
    }
}

/// <summary>Failures of a request that mean that there is no server any more, or none for this request.</summary>
internal static class ServerGone
{
    // A connection that was reset before the client had looked at it is told as what the socket said.
    public static bool Explains(Exception failure) => failure is HttpRequestException or IOException or SocketException or OperationCanceledException;
}

using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>Speaks SignalR's JSON protocol over a plain web socket: as much of it as streaming takes.</summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private const char RecordEnd = '\u001e';

    private readonly ClientWebSocket socket = new();
    private readonly StringBuilder received = new();

    public static async Task<HubConnection> OpenAsync(Uri address, string? origin = null, string? key = null)
    {
        var connection = new HubConnection();
        if (origin is not null) connection.socket.Options.SetRequestHeader("Origin", origin);
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        var hub = new UriBuilder(new Uri(address, "/hubs/tasks")) { Scheme = "ws", Query = key is null ? "" : $"access_token={key}" }.Uri;
        await connection.socket.ConnectAsync(hub, bound.Token);
        await connection.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", await connection.ReceiveAsync(bound.Token));
        return connection;
    }

    /// <summary>Calls a streaming method; the items until the stream ends. An error of the hub's is thrown.</summary>
    public async IAsyncEnumerable<JsonElement> StreamAsync(string method, params object?[] arguments)
    {
        // One bound for all of it: that the server is alive says nothing about the stream.
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        await SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId = "1", target = method, arguments }));
        while (true)
        {
            var message = JsonElement.Parse(await ReceiveAsync(bound.Token));
            switch (message.GetProperty("type").GetInt32())
            {
                case 2:
                    yield return message.GetProperty("item");
                    break;
                case 3 when message.TryGetProperty("error", out var error):
                    throw new InvalidOperationException(error.GetString());
                case 3:
                    yield break;
                case 6:
                    break;
                default:
                    throw new InvalidOperationException($"Unexpected: {message}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        try
        {
            if (socket.State == WebSocketState.Open) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token);
        }
        catch (WebSocketException)
        {
            // A server that is gone needs no goodbye.
        }

        socket.Dispose();
    }

    private async Task SendAsync(string json)
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        await socket.SendAsync(Encoding.UTF8.GetBytes(json + RecordEnd), WebSocketMessageType.Text, endOfMessage: true, bound.Token);
    }

    /// <summary>One record; a web socket message may hold several, or a part of one.</summary>
    private async Task<string> ReceiveAsync(CancellationToken bound)
    {
        var buffer = new byte[64 * 1024];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        while (true)
        {
            var text = received.ToString();
            if (text.IndexOf(RecordEnd, StringComparison.Ordinal) is >= 0 and var end)
            {
                received.Remove(0, end + 1);
                return text[..end];
            }

            var result = await socket.ReceiveAsync(buffer.AsMemory(), bound);
            if (result.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException("The server closed the connection.");
            var length = decoder.GetChars(buffer.AsSpan(0, result.Count), characters, flush: false);
            received.Append(characters, 0, length);
        }
    }
}

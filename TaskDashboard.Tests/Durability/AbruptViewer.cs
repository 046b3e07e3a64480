using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability;

/// <summary>Somebody who begins to watch and is gone from one moment to the next, without a word: the connection is reset in the middle of the stream.</summary>
internal static class AbruptViewer
{
    private const char RecordEnd = '\u001e';

    /// <summary>Opens an event stream, reads until it has begun, and resets the connection.</summary>
    /// <param name="address">Of the program.</param>
    /// <param name="path">Of the stream.</param>
    /// <param name="pieces">How many pieces of it to read at most, behind its beginning.</param>
    public static async Task WatchAndVanishAsync(Uri address, string path, int pieces)
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        using var socket = await ConnectAsync(address, bound.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept: text/event-stream\r\n\r\n"), bound.Token);
        var buffer = new byte[4096];
        var begin = new StringBuilder();
        while (!begin.ToString().Contains("event: snapshot", StringComparison.Ordinal))
        {
            var length = await socket.ReceiveAsync(buffer, bound.Token);
            if (length == 0) throw new InvalidOperationException($"The server closed {path}: {begin}");
            begin.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }

        for (; pieces > 0; pieces--) await socket.ReceiveAsync(buffer, bound.Token);
    }

    /// <summary>Begins a stream of the hub over a web socket, reads its first frame, and resets the connection.</summary>
    public static async Task WatchHubAndVanishAsync(Uri address, string method, params object?[] arguments)
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => new NetworkStream(await ConnectAsync(address, token), ownsSocket: true) };
        using var client = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(address, "/hubs/tasks")) { Scheme = "ws" }.Uri, client, bound.Token);
        await SendAsync(socket, """{"protocol":"json","version":1}""", bound.Token);
        await SendAsync(socket, JsonSerializer.Serialize(new { type = 4, invocationId = "1", target = method, arguments }), bound.Token);
        var buffer = new byte[4096];
        var received = new StringBuilder();
        while (!received.ToString().Contains("\"snapshot\"", StringComparison.Ordinal))
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), bound.Token);
            if (result.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"The server closed the hub's connection: {received}");
            received.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
        }

        socket.Abort();
    }

    /// <summary>A connection that is reset, not ended, when it is closed.</summary>
    private static async Task<Socket> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Task SendAsync(ClientWebSocket socket, string json, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(json + RecordEnd), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}

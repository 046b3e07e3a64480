using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskDashboard.Load.Client;

/// <summary>One of very many viewers: a socket, the chunked body of its answer, and the text that came.</summary>
/// <remarks>
/// With 500 viewers the usual client costs more than the server that is measured (16 µs of processor for each delivery against 12), so these
/// are read by one thread, see <see cref="Audience"/>, and know only as much HTTP as Kestrel speaks here: a head, then chunks.
/// </remarks>
internal sealed class ViewerSocket : IDisposable
{
    private readonly SseParser parser = new();
    private readonly StringBuilder line = new();
    private bool inHead = true;
    private long chunkLeft;

    public ViewerSocket(Uri server, string path)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Parse(server.Host), server.Port);
        Socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
    }

    public Socket Socket { get; }

    public StreamText Text { get; } = new TaskStreamText();

    /// <summary>The server has this viewer.</summary>
    public bool Begun { get; private set; }

    /// <summary>The server ended the stream.</summary>
    public bool Ended { get; private set; }

    /// <summary>Takes in what the socket has, into a buffer that is the caller's.</summary>
    public void Receive(byte[] buffer, Watch.TextHandler? onText)
    {
        var bytes = buffer.AsSpan(0, Socket.Receive(buffer));
        if (bytes.IsEmpty) throw new InvalidDataException("The server closed a viewer's connection in the middle.");
        while (!bytes.IsEmpty && !Ended)
        {
            if (chunkLeft > 0)
            {
                var count = (int)Math.Min(chunkLeft, bytes.Length);
                parser.Append(bytes[..count]);
                chunkLeft -= count;
                bytes = bytes[count..];
            }
            else
            {
                var end = bytes.IndexOf((byte)'\n');
                line.Append(Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]));
                bytes = end < 0 ? default : bytes[(end + 1)..];
                if (end >= 0) EndLine();
            }
        }

        while (parser.TryRead(out var frame))
        {
            Begun = true;
            var fresh = Text.Apply(frame);
            if (!fresh.IsEmpty) onText?.Invoke(fresh);
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        parser.Dispose();
    }

    private void EndLine()
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        if (inHead)
        {
            if (text.StartsWith("HTTP/", StringComparison.Ordinal) && !text.Contains(" 200 ", StringComparison.Ordinal))
                throw new InvalidDataException($"A viewer was refused: {text}");
            inHead = text.Length > 0;
        }
        else if (text.Length > 0)
        {
            chunkLeft = long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Ended = chunkLeft == 0;
        }
    }
}

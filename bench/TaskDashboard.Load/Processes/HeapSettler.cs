using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace TaskDashboard.Load.Processes;

/// <summary>
/// Makes another .NET process collect its garbage, so that its memory is compared with itself and not with the collector's mood.
/// </summary>
/// <remarks>
/// Speaks the runtime's diagnostics protocol: a trace session with the keyword GCHeapCollect begins with a full blocking collection
/// (this is how heap dumps are taken). The session is stopped at once and what it sent is thrown away.
/// </remarks>
internal static class HeapSettler
{
    private const string Provider = "Microsoft-Windows-DotNETRuntime";
    private const ulong HeapCollect = 0x800000;
    private const uint Informational = 4;
    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing = 2;
    private const int HeaderBytes = 20;

    public static async Task CollectAsync(int processId, CancellationToken cancellationToken)
    {
        var path = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{processId}-*-socket").FirstOrDefault()
            ?? throw new InvalidOperationException($"Process {processId} has no diagnostics socket.");

        using var session = await ConnectAsync(path, cancellationToken);
        await session.WriteAsync(Message(CollectTracing, CollectPayload()), cancellationToken);
        var answer = new byte[HeaderBytes + 8];
        await session.ReadExactlyAsync(answer, cancellationToken);

        var drain = session.CopyToAsync(Stream.Null, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        using (var stop = await ConnectAsync(path, cancellationToken))
        {
            await stop.WriteAsync(Message(StopTracing, answer.AsSpan(HeaderBytes).ToArray()), cancellationToken);
            await drain;
        }
    }

    private static async Task<NetworkStream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static byte[] CollectPayload()
    {
        var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload, Encoding.Unicode);
        writer.Write(16u); // buffer, in megabytes
        writer.Write(1u); // the format "nettrace"
        writer.Write(1u); // one provider
        writer.Write(HeapCollect);
        writer.Write(Informational);
        writer.Write((uint)Provider.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(Provider + '\0'));
        writer.Write(0u); // no filter
        writer.Flush();
        return payload.ToArray();
    }

    private static byte[] Message(byte command, byte[] payload)
    {
        var message = new byte[HeaderBytes + payload.Length];
        Encoding.ASCII.GetBytes("DOTNET_IPC_V1\0", message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message, HeaderBytes);
        return message;
    }
}

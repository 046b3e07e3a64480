using System.Buffers.Binary;
using System.IO.Compression;

namespace TaskDashboard.Core.Exchanges;

/// <summary>Makes bytes small for the store, and large again. The first byte says how.</summary>
internal static class ExchangeBlob
{
    private const byte AsItIs = 0;
    private const byte Brotli = 1;
    private const int HeadLength = 5;

    /// <summary>Shorter ones do not become smaller.</summary>
    private const int LeastLength = 200;

    /// <summary>The fastest level: this is done between the last token and the commit.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> content)
    {
        if (content.Length >= LeastLength)
        {
            var room = new byte[HeadLength + BrotliEncoder.GetMaxCompressedLength(content.Length)];
            if (BrotliEncoder.TryCompress(content, room.AsSpan(HeadLength), out var written, quality: 1, window: 18))
            {
                room[0] = Brotli;
                BinaryPrimitives.WriteInt32LittleEndian(room.AsSpan(1), content.Length);
                return room[..(HeadLength + written)];
            }
        }

        return [AsItIs, .. content];
    }

    /// <exception cref="InvalidDataException">It is none of ours.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed is [AsItIs, ..]) return packed[1..].ToArray();
        if (packed is not [Brotli, _, _, _, _, ..]) throw new InvalidDataException("It is not packed in a way that is known.");
        var content = new byte[BinaryPrimitives.ReadInt32LittleEndian(packed[1..])];
        return BrotliDecoder.TryDecompress(packed[HeadLength..], content, out var length) && length == content.Length
            ? content
            : throw new InvalidDataException("What was packed is damaged.");
    }
}

using System.Buffers.Binary;
using System.Text;

namespace TaskDashboard.Tests.Fakes;

/// <summary>The fields of a message in Protocol Buffers' wire format, by number.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<ProtobufField> fields = [];

    public ProtobufMessage(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(new ProtobufField(number, (long)Varint(ref bytes), []));
                    break;
                case 1:
                    fields.Add(new ProtobufField(number, BinaryPrimitives.ReadInt64LittleEndian(bytes), []));
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    fields.Add(new ProtobufField(number, 0, bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    fields.Add(new ProtobufField(number, BinaryPrimitives.ReadInt32LittleEndian(bytes), []));
                    bytes = bytes[4..];
                    break;
                default:
                    throw new FormatException($"Unknown wire type {tag & 7}.");
            }
        }
    }

    public IEnumerable<ProtobufField> All(int number) => fields.Where(field => field.Number == number);

    public byte[] Bytes(int number) => All(number).LastOrDefault()?.Bytes ?? [];

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public long Number(int number) => All(number).LastOrDefault()?.Value ?? 0;

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}

/// <param name="Number">Its number in the message.</param>
/// <param name="Value">Of a number.</param>
/// <param name="Bytes">Of text, bytes and messages.</param>
internal sealed record ProtobufField(int Number, long Value, byte[] Bytes)
{
    public ProtobufMessage Messages => new(Bytes);
}

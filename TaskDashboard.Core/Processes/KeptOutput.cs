using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Processes;

/// <summary>What a process writes, with its middle left out where it is more than anybody reads: memory stays the same whatever comes. Safe for threads.</summary>
internal sealed class KeptOutput
{
    /// <summary>How much is kept of the beginning, and as much of the end, in bytes.</summary>
    private const int HalfBytes = 32 * 1024;

    private readonly Lock gate = new();
    private readonly ProcessOutputHandler? heard;
    private readonly byte[] head = new byte[HalfBytes];
    private readonly byte[] tail = new byte[HalfBytes];
    private long total;

    /// <param name="heard">Is told each piece as well; null for nobody.</param>
    public KeptOutput(ProcessOutputHandler? heard = null) => this.heard = heard;

    public void Add(ReadOnlySpan<byte> piece)
    {
        heard?.Invoke(piece);
        lock (gate)
        {
            if (total < HalfBytes)
            {
                var first = piece[..(int)Math.Min(piece.Length, HalfBytes - total)];
                first.CopyTo(head.AsSpan((int)total));
                total += first.Length;
                piece = piece[first.Length..];
            }

            // A ring: only what may stay is copied.
            if (piece.Length > HalfBytes)
            {
                total += piece.Length - HalfBytes;
                piece = piece[^HalfBytes..];
            }

            while (piece.Length > 0)
            {
                var at = (int)((total - HalfBytes) % HalfBytes);
                var part = piece[..Math.Min(piece.Length, HalfBytes - at)];
                part.CopyTo(tail.AsSpan(at));
                total += part.Length;
                piece = piece[part.Length..];
            }
        }
    }

    /// <summary>As text; what is no UTF-8 becomes the mark for it.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            if (total <= HalfBytes) return Encoding.UTF8.GetString(head, 0, (int)total);
            var behind = total - HalfBytes;
            if (behind <= HalfBytes) return Encoding.UTF8.GetString([.. head, .. tail.AsSpan(0, (int)behind)]);
            var at = (int)(behind % HalfBytes);
            var end = Encoding.UTF8.GetString([.. tail.AsSpan(at), .. tail.AsSpan(0, at)]);
            return string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(head)}\n… {behind - HalfBytes:N0} bytes left out here …\n{end}");
        }
    }
}

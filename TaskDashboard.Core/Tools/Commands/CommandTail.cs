using System.Text;

namespace TaskDashboard.Core.Tools.Commands;

/// <summary>The last lines that a command has written: what people see of it while it runs. Safe for threads.</summary>
internal sealed class CommandTail
{
    private const int MaxBytes = 2 * 1024;
    private const int MaxLines = 20;

    private readonly Lock gate = new();
    private readonly byte[] kept = new byte[MaxBytes];
    private int length;

    public void Add(ReadOnlySpan<byte> piece)
    {
        lock (gate)
        {
            if (piece.Length >= MaxBytes)
            {
                piece[^MaxBytes..].CopyTo(kept);
                length = MaxBytes;
                return;
            }

            var stays = Math.Min(length, MaxBytes - piece.Length);
            kept.AsSpan(length - stays, stays).CopyTo(kept);
            piece.CopyTo(kept.AsSpan(stays));
            length = stays + piece.Length;
        }
    }

    /// <summary>As text, from the beginning of a line; what is no UTF-8 becomes the mark for it.</summary>
    public override string ToString()
    {
        string text;
        lock (gate) text = Encoding.UTF8.GetString(kept, 0, length);
        var lines = text.TrimEnd().Split('\n');
        return string.Join('\n', lines.TakeLast(Math.Min(MaxLines, Math.Max(1, length == MaxBytes ? lines.Length - 1 : lines.Length))));
    }
}

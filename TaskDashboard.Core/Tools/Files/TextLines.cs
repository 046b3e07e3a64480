using System.Buffers;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// Reads a text file as lines in pieces of bounded length, so that a line of a gigabyte costs no more than one of a hundred
/// characters. Line ends ("\n" or "\r\n") are left out of the pieces.
/// </summary>
internal sealed class TextLines(TextFile file, int maxPiece = TextLines.DefaultPiece) : IDisposable
{
    public const int DefaultPiece = 16 * 1024;

    private readonly char[] buffer = ArrayPool<char>.Shared.Rent(maxPiece + 1);
    private int start;
    private int end;
    private bool atLineStart = true;
    private bool atFileEnd;

    /// <summary>Number of the line that the present piece belongs to, from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the present piece begins its line.</summary>
    public bool BeginsLine { get; private set; }

    /// <summary>Whether the present piece ends its line.</summary>
    public bool EndsLine { get; private set; }

    /// <summary>The next piece; false at the end of the file. The piece is valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<char> piece)
    {
        while (true)
        {
            var available = buffer.AsSpan(start, end - start);
            var newline = available.IndexOf('\n');
            if (newline >= 0)
            {
                start += newline + 1;
                piece = Piece(newline > 0 && available[newline - 1] == '\r' ? available[..(newline - 1)] : available[..newline], endsLine: true);
                return true;
            }

            if (available.Length > maxPiece)
            {
                // The last character is kept back: it may be a carriage return before a line feed, or half of a pair.
                var length = char.IsHighSurrogate(available[maxPiece - 1]) ? maxPiece - 1 : maxPiece;
                start += length;
                piece = Piece(available[..length], endsLine: false);
                return true;
            }

            if (!atFileEnd)
            {
                Fill(available);
                continue;
            }

            start = end;
            piece = available;
            if (available.Length == 0) return false;
            piece = Piece(available, endsLine: true);
            return true;
        }
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(buffer);

    private ReadOnlySpan<char> Piece(ReadOnlySpan<char> piece, bool endsLine)
    {
        BeginsLine = atLineStart;
        if (atLineStart) Number++;
        atLineStart = EndsLine = endsLine;
        return piece;
    }

    private void Fill(Span<char> kept)
    {
        kept.CopyTo(buffer);
        (start, end) = (0, kept.Length);
        var read = file.Read(buffer.AsSpan(end, Math.Min(buffer.Length, maxPiece + 1) - end));
        end += read;
        atFileEnd = read == 0;
    }
}

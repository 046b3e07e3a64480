using System.Text;
using TaskDashboard.Core.Processes;

namespace TaskDashboard.Core.Secrets;

/// <summary>
/// Takes secrets out of bytes that come in pieces, also where one is cut by the end of a piece: what may be the beginning of a secret waits for the
/// next. For one stream, used by one reader.
/// </summary>
/// <param name="secrets">The secrets as UTF-8, the longer first.</param>
/// <param name="on">Gets what is left.</param>
internal sealed class SecretFilter(IReadOnlyList<byte[]> secrets, ProcessOutputHandler on)
{
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes(SecretRedaction.Mark);
    private byte[] waiting = [];

    public void Add(ReadOnlySpan<byte> piece)
    {
        if (secrets.Count == 0)
        {
            on(piece);
            return;
        }

        var rest = waiting.Length == 0 ? piece : [.. waiting, .. piece];
        while (Next(rest) is var (at, length) && at >= 0)
        {
            if (at > 0) on(rest[..at]);
            on(Mark);
            rest = rest[(at + length)..];
        }

        var held = Beginning(rest);
        if (rest.Length > held) on(rest[..^held]);
        waiting = rest[^held..].ToArray();
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        if (waiting.Length > 0) on(waiting);
        waiting = [];
    }

    private (int At, int Length) Next(ReadOnlySpan<byte> text)
    {
        var (first, length) = (-1, 0);
        foreach (var secret in secrets)
        {
            var at = text.IndexOf(secret);
            if (at >= 0 && (first < 0 || at < first)) (first, length) = (at, secret.Length);
        }

        return (first, length);
    }

    /// <summary>How much at the end may be the beginning of a secret.</summary>
    private int Beginning(ReadOnlySpan<byte> text)
    {
        var most = 0;
        foreach (var secret in secrets)
        {
            for (var length = Math.Min(secret.Length - 1, text.Length); length > most; length--)
            {
                if (text[^length..].SequenceEqual(secret.AsSpan(0, length))) most = length;
            }
        }

        return most;
    }
}

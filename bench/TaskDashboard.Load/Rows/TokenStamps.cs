using System.Diagnostics;

namespace TaskDashboard.Load.Rows;

/// <summary>
/// Reads from the text itself when the model server sent each token (<see cref="Model.ModelAnswer.WriteStampedToken"/>) and notes how long it took to get here.
/// Tokens that come several at once are told apart by the space behind each.
/// </summary>
internal sealed class TokenStamps(int expected)
{
    private readonly List<double> milliseconds = new(expected);
    private long stamp;

    /// <summary>For each token in order, from the model server's write to this program's read.</summary>
    public IReadOnlyList<double> Milliseconds => milliseconds;

    public void Read(ReadOnlySpan<byte> fresh)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var character in fresh)
        {
            if (character is >= (byte)'0' and <= (byte)'9')
            {
                stamp = stamp * 10 + (character - '0');
            }
            else
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(stamp, now).TotalMilliseconds);
                stamp = 0;
            }
        }
    }
}

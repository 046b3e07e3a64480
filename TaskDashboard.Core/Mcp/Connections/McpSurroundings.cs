using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Requests;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>What every connection needs around it.</summary>
/// <param name="Transports">Reaches servers.</param>
/// <param name="Questions">Finds who can ask people, when it is needed: the engine that asks needs the tools in turn. Null where nobody can.</param>
/// <param name="Time">Measures everything but what the machine does.</param>
/// <param name="Random">Spreads attempts, so that those that failed together do not come back together.</param>
/// <param name="Logger">Hears of what broke on this side.</param>
internal sealed record McpSurroundings(IMcpTransports Transports, Func<IQuestions?> Questions, TimeProvider Time, Random Random, ILogger<McpConnection> Logger)
{
    private const double FirstPauseSeconds = 1;
    private const double LongestPauseSeconds = 60;

    /// <summary>The longest time between two attempts.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(LongestPauseSeconds);

    /// <summary>How long to wait behind so many failures in a row before the one that has just come: from a second, doubled each time, to a minute at most.</summary>
    public TimeSpan PauseBehind(int failures)
    {
        var whole = Math.Min(LongestPauseSeconds, FirstPauseSeconds * Math.Pow(2, Math.Min(failures, 10)));
        lock (Random) return TimeSpan.FromSeconds(Math.Max(FirstPauseSeconds, whole * (0.75 + (0.25 * Random.NextDouble()))));
    }
}

namespace TaskDashboard.Core.Mcp;

/// <summary>One line about a server.</summary>
/// <param name="At">When it came.</param>
/// <param name="Text">What the server wrote, or what happened to its connection; without its secrets.</param>
public sealed record McpLogLine(DateTimeOffset At, string Text);

/// <summary>The newest lines about one server, as many as a person reads. Safe for threads.</summary>
/// <param name="time">The clock.</param>
/// <param name="changed">Called behind every line, on any thread.</param>
internal sealed class McpServerLog(TimeProvider time, Action changed)
{
    /// <summary>How many lines are kept.</summary>
    public const int MaxLines = 200;

    private const int MaxLength = 2_000;

    private readonly Lock gate = new();
    private readonly Queue<McpLogLine> lines = new();

    public IReadOnlyList<McpLogLine> Lines
    {
        get { lock (gate) return [.. lines]; }
    }

    public void Add(string text)
    {
        var kept = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        lock (gate)
        {
            lines.Enqueue(new McpLogLine(time.GetUtcNow(), kept));
            if (lines.Count > MaxLines) lines.Dequeue();
        }

        changed();
    }
}

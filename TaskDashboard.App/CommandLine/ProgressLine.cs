using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// The line below the transcript: where the task stands, how many steps it has made, for how long and with how many tokens. Drawn anew with every change
/// and every second; only on a terminal. Safe for threads.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Screen screen;
    private readonly TimeProvider time;
    private readonly ITimer? timer;
    private Piece? above;
    private string? status;
    private string? news;
    private long lastSeq;
    private int steps;
    private long tokens;
    private DateTimeOffset? startedAt;
    private DateTimeOffset? endedAt;
    private bool stopped;

    public ProgressLine(Screen screen, TimeProvider time)
    {
        (this.screen, this.time) = (screen, time);
        if (screen.IsRich) timer = time.CreateTimer(_ => Draw(), null, Beat, Beat);
    }

    /// <summary>Why it stands where it stands.</summary>
    public string? Reason { get; private set; }

    /// <summary>A line over it that is not finished; null for none.</summary>
    public Piece? Above
    {
        set
        {
            lock (gate) above = value;
            Draw();
        }
    }

    public void Note(TaskFrame frame)
    {
        if (frame.IsDelta) return;
        lock (gate)
        {
            switch (frame.Name)
            {
                case "snapshot":
                    NoteSnapshot(frame.Json);
                    break;
                case "status":
                    (status, Reason, news) = (frame.Data.Text("status"), frame.Data.Text("reason_text"), null);
                    break;
                case "run" when frame.Data.Text("outcome") is null:
                    (startedAt, endedAt) = (frame.Json.Time("at"), null);
                    break;
                case "run":
                    endedAt = frame.Json.Time("at");
                    break;
                case "tool_use":
                    steps++;
                    news = null;
                    break;
                case "usage":
                    steps++;

                    // What the snapshot has counted comes again with the events before it.
                    if (frame.Seq > lastSeq) tokens += TokensOf(frame.Data);
                    break;
                case "progress":
                    news = NewsOf(frame.Data);
                    break;
            }
        }

        Draw();
    }

    /// <summary>Takes it off the screen, for good.</summary>
    public void Stop()
    {
        lock (gate) stopped = true;
        timer?.Dispose();
        screen.Live();
    }

    /// <summary>What it came to: <c> · 3 steps · 0:12 · 1,234 tokens</c>.</summary>
    public string Sum()
    {
        lock (gate)
        {
            var parts = new List<string>();
            if (steps > 0) parts.Add(steps == 1 ? "1 step" : string.Create(CultureInfo.InvariantCulture, $"{steps:N0} steps"));
            if (startedAt is { } start) parts.Add(DurationText.Clock((endedAt ?? time.GetUtcNow()) - start));
            if (tokens > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{tokens:N0} tokens"));
            return string.Concat(parts.Select(part => $" · {part}"));
        }
    }

    public void Dispose() => Stop();

    private void Draw()
    {
        if (!screen.IsRich) return;
        var sum = Sum();
        lock (gate)
        {
            if (stopped || status is null) return;
            Piece[] line = [new Piece($"● {status}", Looks.OfStatus(status)), new Piece(sum, Looks.Dim), new Piece((news ?? Reason) is { Length: > 0 } why ? $" · {why}" : "", Looks.Dim)];
            if (above is { } unfinished) screen.Live([unfinished], line);
            else screen.Live(line);
        }
    }

    private void NoteSnapshot(JsonElement snapshot)
    {
        var task = snapshot.Part("task");
        (status, Reason) = (task.Text("status"), task.Text("reason_text"));
        lastSeq = snapshot.Number("last_seq") ?? 0;
        tokens = TokensOf(task.Part("usage"));
        startedAt ??= task.Time("started_at");
        endedAt = task.Time("ended_at");
    }

    private static long TokensOf(JsonElement usage) => (usage.Number("input") ?? 0) + (usage.Number("output") ?? 0);

    private static string? NewsOf(JsonElement data)
    {
        var fraction = data.Part("fraction") is { ValueKind: JsonValueKind.Number } number ? $"{number.GetDouble():P0}" : null;
        return (data.Text("text"), fraction) switch
        {
            ({ } text, { } part) => $"{text} ({part})",
            var (text, part) => text ?? part,
        };
    }
}

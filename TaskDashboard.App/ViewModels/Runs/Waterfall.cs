using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.App.ViewModels.Runs;

/// <summary>What of a run is shown.</summary>
public enum SpanFilter
{
    All,
    Failed,
    Model,
    Tool,
    Wait,
}

/// <summary>A run, or a tree of runs, as lines with bars: each bar by where it begins and how wide it is, in percent of the whole.</summary>
public sealed record Waterfall(IReadOnlyList<WaterfallLine> Lines, TimeSpan Length)
{
    /// <summary>Bars that are narrower cannot be seen.</summary>
    private const double Least = 0.4;

    /// <param name="root">The run; with its children for a tree.</param>
    /// <param name="filter">What is shown of it.</param>
    /// <param name="now">How far what is not over has come.</param>
    public static Waterfall Of(RunTimeline root, SpanFilter filter, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(root);
        var ends = AllSpans(root).Select(span => EndOf(span, now)).Append(root.Run.EndedAt ?? now).Max();
        var length = ends - root.Run.StartedAt;

        // A wait for a slot may be far longer than the run: no more than a third of it is drawn.
        var earliest = root.Spans.Count == 0 ? root.Run.StartedAt : root.Spans.Min(span => span.StartedAt);
        var begin = earliest < root.Run.StartedAt - length / 3 ? root.Run.StartedAt - length / 3 : earliest < root.Run.StartedAt ? earliest : root.Run.StartedAt;
        var whole = Math.Max(1, (ends - begin).TotalMilliseconds);
        var critical = (root.CriticalPath ?? []).ToLookup(piece => piece.SpanId, StringComparer.Ordinal);
        var lines = new List<WaterfallLine>();
        Add(root, 0);
        return new Waterfall(lines, ends - begin);

        void Add(RunTimeline node, int depth)
        {
            var children = (node.Children ?? []).ToLookup(child => child.ParentCallId ?? "");
            var told = new HashSet<string>(StringComparer.Ordinal);
            foreach (var span in node.Spans)
            {
                if (Fits(span, filter)) lines.Add(LineOf(node, span, depth));
                foreach (var child in span.CallId is { } call && span.Kind == SpanKind.Tool ? children[call] : []) AddChild(child, depth + 1, told);
            }

            foreach (var child in node.Children ?? []) AddChild(child, depth + 1, told);
        }

        void AddChild(RunTimeline child, int depth, HashSet<string> told)
        {
            if (!told.Add(child.Run.RunId)) return;
            lines.Add(new WaterfallLine(child, null, depth, Left(child.Run.StartedAt), Width(child.Run.StartedAt, child.Run.EndedAt ?? now)));
            Add(child, depth);
        }

        WaterfallLine LineOf(RunTimeline node, RunSpan span, int depth)
        {
            var end = EndOf(span, now);
            var own = Math.Max(1, (end - span.StartedAt).TotalMilliseconds);
            return new WaterfallLine(node, span, depth + (span.ParentId is null ? 0 : 1), Left(span.StartedAt), Width(span.StartedAt, end))
            {
                FirstToken = span.FirstTokenMs is { } first ? Math.Clamp(first / own * 100, 0, 100) : null,
                Retries = [.. (span.Attempts ?? []).Select(attempt => new RetryMark(Math.Clamp(attempt.AtMs / own * 100, 0, 100), Math.Clamp(attempt.WaitedMs / own * 100, 1, 100), attempt))],
                Critical = [.. critical[span.SpanId].Select(piece => new BarPiece(Left(piece.StartedAt), Width(piece.StartedAt, piece.StartedAt.AddMilliseconds(piece.DurationMs))))],
            };
        }

        double Left(DateTimeOffset at) => Math.Clamp((at - begin).TotalMilliseconds / whole * 100, 0, 100 - Least);

        double Width(DateTimeOffset from, DateTimeOffset to) => Math.Clamp((to - (from < begin ? begin : from)).TotalMilliseconds / whole * 100, Least, 100 - Left(from));
    }

    public static bool Fits(RunSpan span, SpanFilter filter) => filter switch
    {
        SpanFilter.Failed => IsFailed(span),
        SpanFilter.Model => span.Kind == SpanKind.Model,
        SpanFilter.Tool => span.Kind == SpanKind.Tool,
        SpanFilter.Wait => span.Kind == SpanKind.Wait,
        _ => true,
    };

    /// <summary>What went wrong, also what went well only at another attempt.</summary>
    public static bool IsFailed(RunSpan span) => span.Outcome is StepOutcome.Error or StepOutcome.Unknown || span.Retries > 0;

    private static IEnumerable<RunSpan> AllSpans(RunTimeline node) => node.Spans.Concat((node.Children ?? []).SelectMany(AllSpans));

    private static DateTimeOffset EndOf(RunSpan span, DateTimeOffset now) => span.DurationMs is { } length ? span.StartedAt.AddMilliseconds(length) : now > span.StartedAt ? now : span.StartedAt;
}

/// <summary>One line: a span, or the head of a sub-agent's run.</summary>
/// <param name="Run">The run that it is in, or that it heads.</param>
/// <param name="Span">Null for the head of a run.</param>
/// <param name="Depth">How far it is moved in.</param>
/// <param name="Left">Where its bar begins.</param>
/// <param name="Width">How wide that is.</param>
public sealed record WaterfallLine(RunTimeline Run, RunSpan? Span, int Depth, double Left, double Width)
{
    /// <summary>Where the first token came, in percent of the bar.</summary>
    public double? FirstToken { get; init; }

    /// <summary>Where it was waited for another attempt, in percent of the bar.</summary>
    public IReadOnlyList<RetryMark> Retries { get; init; } = [];

    /// <summary>When the end of the whole depended on it, in percent of the whole.</summary>
    public IReadOnlyList<BarPiece> Critical { get; init; } = [];

    public bool IsCritical => Critical.Count > 0;

    public string Key => Span?.SpanId ?? Run.Run.RunId;

    /// <summary>As <see cref="Key"/>, and no other line's: a call that is at work is known by its model's id, which another run may have too.</summary>
    public string RowKey => Span is null ? Run.Run.RunId : $"{Run.Run.RunId}/{Span.SpanId}";
}

/// <summary>A part of a line, in percent.</summary>
public sealed record BarPiece(double Left, double Width);

/// <summary>A wait for another attempt, in percent of its bar.</summary>
public sealed record RetryMark(double Left, double Width, CallAttempt Attempt);

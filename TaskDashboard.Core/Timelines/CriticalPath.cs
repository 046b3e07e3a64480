namespace TaskDashboard.Core.Timelines;

/// <summary>
/// The chain of spans that determined when something ended: walking back from the end, each time the one that finished last before, or that was at work
/// then. Where several were, the rest could have been slower without harm.
/// </summary>
internal static class CriticalPath
{
    /// <summary>The pieces in the order of time. They do not overlap, and leave out only what nothing was at work in.</summary>
    public static IReadOnlyList<PathPiece> Of(PathSpan root)
    {
        var pieces = new List<PathPiece>();
        Walk(root.Inside, root.Start, root.End, null, pieces);
        pieces.Reverse();
        return pieces;
    }

    /// <param name="spans">What may have been at work.</param>
    /// <param name="from">How far to walk back.</param>
    /// <param name="to">Where to begin.</param>
    /// <param name="around">The span in which they lie, which was at work where none of them was; null for the tree itself.</param>
    /// <param name="pieces">Gets the pieces, the last one first.</param>
    private static void Walk(IReadOnlyList<PathSpan> spans, long from, long to, PathSpan? around, List<PathPiece> pieces)
    {
        for (var at = to; at > from;)
        {
            var next = Before(spans, from, at);
            var end = next is null ? from : Math.Min(next.End, at);
            if (end < at && around is not null) Add(around, end, at, pieces);
            if (next is null) return;
            at = Math.Max(next.Start, from);
            var owner = next.SpanId is null ? around : next;
            if (next.Inside.Count > 0) Walk(next.Inside, at, end, owner, pieces);
            else if (owner is not null) Add(owner, at, end, pieces);
        }
    }

    /// <summary>The one that ended last before a moment, or is at work in it; of several the one that ended the soonest behind it.</summary>
    private static PathSpan? Before(IReadOnlyList<PathSpan> spans, long from, long at)
    {
        PathSpan? best = null;
        foreach (var span in spans)
        {
            if (span.Start >= at || span.End <= from || span.End <= span.Start) continue;
            if (best is null || Rank(span).CompareTo(Rank(best)) > 0) best = span;
        }

        return best;

        (long, long, long) Rank(PathSpan span) => (Math.Min(span.End, at), -span.End, -span.Start);
    }

    private static void Add(PathSpan span, long start, long end, List<PathPiece> pieces)
    {
        if (pieces is [.., var later] && later.Span == span && later.Start == end) pieces[^1] = later with { Start = start };
        else pieces.Add(new PathPiece(span, start, end));
    }
}

/// <summary>A span as the walk sees it, in any unit of time.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="SpanId">Null for a run itself, which is nothing but what is in it.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
/// <param name="Inside">What it waits for, or consists of.</param>
internal sealed record PathSpan(string RunId, string? SpanId, long Start, long End, IReadOnlyList<PathSpan> Inside);

/// <summary>A piece of the path.</summary>
internal readonly record struct PathPiece(PathSpan Span, long Start, long End);

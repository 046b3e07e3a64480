using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Timelines;

/// <summary>Finds the critical path of a tree of runs.</summary>
internal static class TimelineTree
{
    /// <param name="root">The run with its children.</param>
    /// <param name="now">Until when what is not over has lasted.</param>
    public static RunTimeline WithCriticalPath(RunTimeline root, DateTimeOffset now)
    {
        var origin = root.Run.StartedAt;
        return root with
        {
            CriticalPath = [.. CriticalPath.Of(ToPath(root, origin, now)).Select(piece => new CriticalPiece(piece.Span.RunId, piece.Span.SpanId!, origin.AddMilliseconds(piece.Start), piece.End - piece.Start))],
        };
    }

    private static PathSpan ToPath(RunTimeline node, DateTimeOffset origin, DateTimeOffset now)
    {
        var children = (node.Children ?? []).Select(child => ToPath(child, origin, now)).ToList();
        var inside = node.Spans.Where(span => span.ParentId is not null).ToLookup(span => span.ParentId!, StringComparer.Ordinal);

        // Not before the run: what a task waited for a slot is nobody's work, and its parent's wait says it.
        var begin = Ms(node.Run.StartedAt);
        var top = node.Spans.Where(span => span.ParentId is null && span.Name != ReasonCodes.Slot).Select(Of).ToList();
        return new PathSpan(node.Run.RunId, null, begin, Math.Max(begin, Ms(node.Run.EndedAt ?? now)), top);

        PathSpan Of(RunSpan span)
        {
            var start = Ms(span.StartedAt);
            var end = span.DurationMs is { } length ? start + length : Math.Max(start, Ms(now));
            IReadOnlyList<PathSpan> within = span.Name == ReasonCodes.Subtasks && span.Kind == SpanKind.Wait ? children : [.. inside[span.SpanId].Select(Of)];
            return new PathSpan(node.Run.RunId, span.SpanId, start, end, within);
        }

        long Ms(DateTimeOffset at) => (long)(at - origin).TotalMilliseconds;
    }
}

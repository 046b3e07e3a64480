using FsCheck;
using FsCheck.Fluent;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Tests.Timelines;

public sealed class CriticalPathTests
{
    [Fact]
    public void OneBehindTheOther_AreAllOnThePath() =>
        Assert.Equal("a 0-10, b 10-15, c 15-40", Path(40, Span("a", 0, 10), Span("b", 10, 15), Span("c", 15, 40)));

    [Fact]
    public void OfParallelOnes_TheLastToEndIsOnThePath() =>
        Assert.Equal("slow 0-30, last 30-40", Path(40, Span("quick", 0, 10), Span("slow", 0, 30), Span("last", 30, 40)));

    [Fact]
    public void WhereTheLastToEndBeganLater_TheOneBeforeItFillsTheRest() =>
        Assert.Equal("a 0-20, b 20-50", Path(50, Span("a", 0, 30), Span("b", 20, 50)));

    [Fact]
    public void WhereNothingIsAtWork_IsAGap() =>
        Assert.Equal("a 0-10, b 30-40", Path(50, Span("a", 0, 10), Span("b", 30, 40)));

    [Fact]
    public void WaitForChildren_IsTheirTime_AndItsOwnWhereTheyAreIdle() =>
        Assert.Equal(
            "model 0-10, wait 10-12, x 12-20, y 20-40, wait 40-41, end 41-50",
            Path(50, Span("model", 0, 10), Span("wait", 10, 41, Run(Span("x", 12, 20), Span("y", 20, 40)), Run(Span("z", 13, 18))), Span("end", 41, 50)));

    [Fact]
    public void ChildThatGoesOnBehindTheWait_CountsOnlyWithinIt() =>
        Assert.Equal("wait 0-5, x 5-20", Path(20, Span("wait", 0, 20, Run(Span("x", 5, 90)))));

    [Fact]
    public void OfAnyTree_PiecesDoNotOverlap_AndCoverExactlyWhatIsNotIdle()
    {
        var trees = Spans(3).Select(spans => new PathSpan("run", null, 0, 100, spans));
        Prop.ForAll(trees.ToArbitrary(), root =>
        {
            var pieces = CriticalPath.Of(root);
            for (var index = 0; index < pieces.Count; index++)
            {
                if (pieces[index].Start >= pieces[index].End || (index > 0 && pieces[index].Start < pieces[index - 1].End)) return false;
            }

            var busy = Enumerable.Range(0, 100).Count(moment => root.Inside.Any(span => span.Start <= moment && span.End > moment));
            return pieces.Sum(piece => piece.End - piece.Start) == busy && pieces.All(piece => piece.Span.SpanId is not null && piece.Start >= piece.Span.Start && piece.End <= piece.Span.End);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static Gen<PathSpan[]> Spans(int depth) =>
        from count in Gen.Choose(0, depth == 0 ? 0 : 5)
        from spans in Gen.ArrayOf(
            from start in Gen.Choose(-10, 110)
            from length in Gen.Choose(0, 60)
            from id in Gen.Choose(1, 1_000_000)
            from runs in Gen.ArrayOf(from inside in Spans(depth - 1) from begin in Gen.Choose(0, 90) select new PathSpan("child", null, begin, begin + 40, inside), depth == 1 ? 0 : 2)
            select new PathSpan("run", $"{depth}_{id}", start, start + length, id % 3 == 0 ? runs : []), count)
        select spans;

    private static string Path(long end, params PathSpan[] spans) =>
        string.Join(", ", CriticalPath.Of(new PathSpan("run", null, 0, end, spans)).Select(piece => $"{piece.Span.SpanId} {piece.Start}-{piece.End}"));

    private static PathSpan Span(string id, long start, long end, params PathSpan[] inside) => new("run", id, start, end, inside);

    private static PathSpan Run(params PathSpan[] spans) => new("child", null, spans.Min(span => span.Start), spans.Max(span => span.End), spans);
}

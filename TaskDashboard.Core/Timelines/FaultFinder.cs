using System.Globalization;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Timelines;

/// <summary>Finds out where a failed run went wrong.</summary>
internal static class FaultFinder
{
    private const int MostErrorLength = 600;

    /// <summary>
    /// A provider that failed is its own cause. Whatever else ends a run (a limit, its time, an exception) comes behind what went wrong: when the last
    /// tool calls failed one after the other, the first of them is where it began.
    /// </summary>
    public static RunFault? Find(Run run, IReadOnlyList<RunSpan> spans, IReadOnlyList<RunFact> facts)
    {
        if (run.Outcome != RunOutcome.Failed) return null;
        var told = facts.Select(fact => fact.Data).OfType<ErrorData>().LastOrDefault();
        var why = run.OutcomeText ?? told?.Text ?? "The run failed.";
        var steps = spans.Where(span => span.Index is not null).OrderBy(span => span.Index).ToList();
        var total = steps.Count;
        var last = steps.LastOrDefault();
        var isProviders = told?.Code.StartsWith("provider_", StringComparison.Ordinal) == true;
        var streak = steps.Where(span => span.Kind == SpanKind.Tool).Reverse().TakeWhile(span => span.Outcome is StepOutcome.Error).ToList();
        var culprit = isProviders && last is { Kind: SpanKind.Model, Outcome: StepOutcome.Error } ? last
            : !isProviders && streak.Count > 0 ? streak[^1]
            : last is { Outcome: not StepOutcome.Success } ? last
            : spans.LastOrDefault(span => span is { Kind: SpanKind.Tool, Outcome: StepOutcome.Unknown });
        if (culprit is null) return new RunFault { Error = Short(why), Text = Short(why), RetriesBefore = steps.Sum(step => step.Retries) };

        var retries = steps.Where(step => culprit.Index is not { } index || step.Index <= index).Sum(step => step.Retries);
        var error = Short(culprit.Error ?? why);
        var inARow = culprit.Kind == SpanKind.Tool ? streak.Count : 0;
        return new RunFault
        {
            SpanId = culprit.SpanId,
            Index = culprit.Index,
            StepId = culprit.StepId,
            Kind = culprit.Kind,
            Name = culprit.Name,
            Title = culprit.Title,
            Error = error,
            RetriesBefore = retries,
            FailuresInARow = inARow,
            Text = InWords(),
        };

        string InWords()
        {
            var what = culprit.Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"Step {index} of {total}, {culprit.Name}, failed: {error}") : $"{culprit.Name} failed: {error}";
            var before = retries switch { 0 => "", 1 => " Before that the model was asked again once.", _ => string.Create(CultureInfo.InvariantCulture, $" Before that the model was asked again {retries} times.") };
            return culprit.Error is not null && !why.Contains(error, StringComparison.Ordinal) ? $"{what}{before} In the end: {why}" : $"{what}{before}";
        }
    }

    private static string Short(string text) => text.Length <= MostErrorLength ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostErrorLength - 1]) ? MostErrorLength - 1 : MostErrorLength), "…");
}

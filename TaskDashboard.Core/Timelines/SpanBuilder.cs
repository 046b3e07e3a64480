using System.Globalization;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Timelines;

/// <summary>
/// Makes the spans of a run from its steps, which say all of what is over, and from its log, which says what is going on and what was waited for.
/// </summary>
internal sealed class SpanBuilder
{
    private readonly Run run;
    private readonly IReadOnlyList<RunStep> steps;
    private readonly IReadOnlyList<RunFact> facts;
    private readonly List<RunSpan> spans = [];
    private readonly Dictionary<string, ToolUseData> uses;

    private SpanBuilder(Run run, IReadOnlyList<RunStep> steps, IReadOnlyList<RunFact> facts)
    {
        this.run = run;
        this.steps = steps;
        this.facts = facts;
        uses = facts.Select(fact => fact.Data).OfType<ToolUseData>().GroupBy(use => use.CallId).ToDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);
    }

    private bool IsOver => run.Outcome is not null;

    /// <summary>The spans in the order of their beginnings; what lies in another comes behind it.</summary>
    public static IReadOnlyList<RunSpan> Build(Run run, IReadOnlyList<RunStep> steps, IReadOnlyList<RunFact> facts)
    {
        var builder = new SpanBuilder(run, steps, facts);
        builder.AddSteps();
        builder.AddOpenCalls();
        builder.AddOpenModelCall();
        builder.AddRequests();
        builder.AddWaits();
        return Ordered(builder.spans);
    }

    private void AddSteps()
    {
        foreach (var step in steps)
        {
            spans.Add(new RunSpan
            {
                SpanId = step.StepId,
                StepId = step.StepId,
                Kind = step.Kind == StepKind.Model ? SpanKind.Model : SpanKind.Tool,
                Name = step.Name,
                Title = step.CallId is { } call ? uses.GetValueOrDefault(call)?.Title : null,
                StartedAt = step.StartedAt,
                DurationMs = step.DurationMs,
                Outcome = step.Outcome,
                Error = step.Error,
                Index = step.Index,
                CallId = step.CallId,
                FirstTokenMs = step.FirstTokenMs,
                Usage = step.Kind == StepKind.Model ? step.Usage : null,
                Retries = step.Retries,
                Attempts = step.Attempts,
            });
            var number = 0;
            foreach (var attempt in step.Attempts ?? [])
            {
                spans.Add(new RunSpan
                {
                    SpanId = string.Create(CultureInfo.InvariantCulture, $"{step.StepId}/retry_{++number}"),
                    Kind = SpanKind.Wait,
                    Name = attempt.RateLimited ? ReasonCodes.RateLimit : ReasonCodes.Retry,
                    Title = attempt.Cause,
                    StartedAt = step.StartedAt.AddMilliseconds(attempt.AtMs),
                    DurationMs = attempt.WaitedMs,
                    ParentId = step.StepId,
                });
            }
        }
    }

    /// <summary>Calls that were written down and have no step: they are at work, or nobody knows what became of them.</summary>
    private void AddOpenCalls()
    {
        var ended = steps.Select(step => step.CallId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (seq, at, data) in facts)
        {
            if (data is not ToolUseData use || ended.Contains(use.CallId)) continue;
            spans.Add(new RunSpan
            {
                // Models may use an id again within a run.
                SpanId = spans.Exists(span => span.SpanId == use.CallId) ? string.Create(CultureInfo.InvariantCulture, $"{use.CallId}/{seq}") : use.CallId,
                Kind = SpanKind.Tool,
                Name = use.Name,
                Title = use.Title,
                StartedAt = at,
                DurationMs = IsOver ? Until(at, run.EndedAt) : null,
                Outcome = IsOver ? StepOutcome.Unknown : null,
                CallId = use.CallId,
            });
        }
    }

    /// <summary>A model call has no fact of its own while it lasts: it is what a run does that says so and has nothing else at work.</summary>
    private void AddOpenModelCall()
    {
        if (IsOver || spans.Exists(span => span is { Kind: SpanKind.Tool, DurationMs: null })) return;
        if (LastStatus() is not { Data: StatusData { Status: AgentTaskStatus.Running, Reason: ReasonCodes.Model } or StatusData { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.RateLimit } } last) return;
        var started = steps.Count == 0 ? run.StartedAt : steps.Max(step => step.StartedAt.AddMilliseconds(step.DurationMs));

        // Behind a wait, it begins where that ended.
        foreach (var (_, at, data) in facts)
        {
            if (data is StatusData { Previous: AgentTaskStatus.Waiting, Status: AgentTaskStatus.Running } && IsOther(data) && at > started) started = at;
        }

        spans.Add(new RunSpan { SpanId = $"{run.RunId}/model", Kind = SpanKind.Model, Name = run.Model, StartedAt = started < last.At ? started : last.At });

        bool IsOther(EventData data) => facts.TakeWhile(fact => fact.Data != data).LastOrDefault(fact => fact.Data is StatusData)?.Data is StatusData { Reason: not ReasonCodes.RateLimit };
    }

    private void AddRequests()
    {
        var resolved = facts.Where(fact => fact.Data is RequestResolvedData).GroupBy(fact => ((RequestResolvedData)fact.Data).RequestId).ToDictionary(same => same.Key, same => same.First().At, StringComparer.Ordinal);
        foreach (var (_, at, data) in facts)
        {
            if (data is not RequestData request) continue;
            var end = resolved.TryGetValue(request.RequestId, out var answered) ? answered : IsOver ? run.EndedAt : null;
            spans.Add(new RunSpan
            {
                SpanId = request.RequestId,
                Kind = SpanKind.Wait,
                Name = request.Kind == RequestKind.Approval ? ReasonCodes.Approval : ReasonCodes.Question,
                Title = request.Prompt,
                StartedAt = at,
                DurationMs = end is null ? null : Until(at, end),
                ParentId = spans.Find(span => span.Kind == SpanKind.Tool && span.CallId == request.CallId)?.SpanId,
                RequestId = request.RequestId,
                CallId = request.CallId,
            });
        }
    }

    /// <summary>Waits that the status tells of; each lasts until the next status.</summary>
    private void AddWaits()
    {
        RunFact? waiting = null;
        var hasBegun = false;
        foreach (var fact in facts)
        {
            switch (fact.Data)
            {
                case RunData { Outcome: null }:
                    End(fact.At);
                    hasBegun = true;
                    break;
                case RunData:
                    End(run.EndedAt);
                    return;
                case StatusData { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Budget } when waiting is { Data: StatusData { Reason: ReasonCodes.Budget } }:
                    break; // The same wait, with other figures.
                case StatusData status when hasBegun:
                    End(fact.At);
                    waiting = NameOf(status) is null ? null : fact;
                    break;
                case StatusData status:
                    // Before the run only the last wait for a slot is its own; what else is there is of runs before it.
                    waiting = NameOf(status) == ReasonCodes.Slot ? waiting ?? fact : null;
                    break;
            }
        }

        End(IsOver ? run.EndedAt : null);

        void End(DateTimeOffset? end)
        {
            if (waiting is not { Data: StatusData begun } fact) return;
            waiting = null;
            var name = NameOf(begun)!;
            var parent = spans.FindLast(span => span.Kind != SpanKind.Wait && span.StartedAt <= fact.At && (span.DurationMs is not { } length || span.StartedAt.AddMilliseconds(length) >= (end ?? fact.At)));

            // The attempts of a model call that is over have told of it.
            if (name is ReasonCodes.Retry or ReasonCodes.RateLimit && parent is { Kind: SpanKind.Model, DurationMs: not null }) return;
            var duration = end is null ? (long?)null : Until(fact.At, end);
            if (name == ReasonCodes.Slot && duration is < 1) return;
            spans.Add(new RunSpan
            {
                SpanId = string.Create(CultureInfo.InvariantCulture, $"{run.RunId}/wait_{fact.Seq}"),
                Kind = SpanKind.Wait,
                Name = name,
                Title = begun.ReasonText,
                StartedAt = fact.At,
                DurationMs = duration,
                ParentId = name == ReasonCodes.Slot ? null : parent?.SpanId,
            });
        }
    }

    /// <summary>What a status waits for; null for none, and for people: their requests say it better.</summary>
    private static string? NameOf(StatusData status) => status switch
    {
        { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Subtasks or ReasonCodes.Budget or ReasonCodes.Paused or ReasonCodes.RateLimit } => status.Reason,
        { Status: AgentTaskStatus.Running, Reason: ReasonCodes.Model, DueAt: not null } => ReasonCodes.Retry,
        { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } => ReasonCodes.Slot,
        _ => null,
    };

    private RunFact? LastStatus() => facts.LastOrDefault(fact => fact.Data is StatusData);

    private static long Until(DateTimeOffset from, DateTimeOffset? to) => Math.Max(0, (long)((to ?? from) - from).TotalMilliseconds);

    private static List<RunSpan> Ordered(List<RunSpan> spans)
    {
        var inside = spans.Where(span => span.ParentId is not null).ToLookup(span => span.ParentId!, StringComparer.Ordinal);
        var ordered = new List<RunSpan>(spans.Count);
        foreach (var span in spans.Where(span => span.ParentId is null).OrderBy(span => span.StartedAt).ThenBy(span => span.Index ?? int.MaxValue))
        {
            ordered.Add(span);
            ordered.AddRange(inside[span.SpanId].OrderBy(wait => wait.StartedAt));
        }

        return ordered;
    }
}

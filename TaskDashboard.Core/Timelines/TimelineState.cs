using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Timelines;

/// <summary>A run's timeline as it grows: begun with what is stored, advanced by the events of the task's stream. Not safe for threads.</summary>
public sealed class TimelineState
{
    private readonly List<RunFact> facts;
    private readonly SortedDictionary<int, RunStep> steps = [];
    private RunRecord record;

    public TimelineState(RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        this.record = record;
        facts = [.. record.Facts];
        LastSeq = record.LastSeq;
        TakeIn(record.Run.Steps ?? []);
    }

    /// <summary>The last event that it knows.</summary>
    public long LastSeq { get; private set; }

    /// <summary>The number of the last step that it knows.</summary>
    public int LastStep => steps.Count == 0 ? 0 : steps.Keys.Max();

    /// <summary>Whether the run has ended.</summary>
    public bool IsOver => record.Run.Outcome is not null;

    /// <summary>Takes in an event of the task's stream; one that it knows already, or that is another run's, changes nothing.</summary>
    public TimelineNews TakeIn(TaskEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        if (told.Seq <= LastSeq) return TimelineNews.None;
        LastSeq = told.Seq;
        if (told.Data is TitleData title) record = record with { Task = record.Task with { Title = title.Title } };
        if (told.Data is RunData begun && begun.RunId != record.Run.RunId && begun.Outcome is null) record = record with { NextRunId = record.NextRunId ?? begun.RunId };
        if (told.RunId != record.Run.RunId) return TimelineNews.Drawn;
        if (IsOfTimeline(told.Data)) facts.Add(new RunFact(told.Seq, told.At, told.Data));
        return told.Data switch
        {
            RunData { Outcome: not null } => TimelineNews.Ended,
            ToolResultData or UsageData or MessageData or ToolUseData => TimelineNews.Steps,
            SubtaskData => TimelineNews.Children,
            _ => TimelineNews.Drawn,
        };
    }

    /// <summary>Takes in steps that were read because of <see cref="TimelineNews.Steps"/>.</summary>
    public void TakeIn(IEnumerable<RunStep> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        foreach (var step in read) steps[step.Index] = step;
    }

    /// <summary>Takes in the run as it was read because of <see cref="TimelineNews.Ended"/>.</summary>
    public void TakeIn(RunRecord read)
    {
        ArgumentNullException.ThrowIfNull(read);
        record = read;
        TakeIn(read.Run.Steps ?? []);
    }

    /// <summary>The timeline as it is now.</summary>
    public RunTimeline ToTimeline()
    {
        var spans = SpanBuilder.Build(record.Run, [.. steps.Values], facts);
        var task = record.Task;
        return new RunTimeline
        {
            Run = record.Run with { Steps = null, Usage = IsOver ? record.Run.Usage : steps.Values.Aggregate(TaskUsage.None, (sum, step) => sum.Add(step.Usage)) },
            TaskTitle = task.Title,
            AgentId = task.AgentId,
            AgentName = task.AgentName,
            RunCount = Math.Max(task.RunCount, record.Run.Attempt),
            PreviousRunId = record.PreviousRunId,
            NextRunId = record.NextRunId,
            ParentRunId = task.ParentRunId,
            ParentCallId = task.ParentCallId,
            Spans = spans,
            Fault = FaultFinder.Find(record.Run, spans, facts),
        };
    }

    /// <summary>Whether an event of this kind bears on a timeline.</summary>
    internal static bool IsOfTimeline(EventData data) => data is StatusData or ToolUseData or RequestData or RequestResolvedData or RunData or ErrorData;
}

/// <summary>What an event means for a timeline.</summary>
public enum TimelineNews
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It may look different.</summary>
    Drawn,

    /// <summary>There may be further steps to read.</summary>
    Steps,

    /// <summary>A child moved.</summary>
    Children,

    /// <summary>The run has ended: read it again.</summary>
    Ended,
}

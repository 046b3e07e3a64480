using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>Why a run has to end before its own end.</summary>
internal sealed record RunStop(RunStopKind Kind, string Text)
{
    /// <summary>For a cancel: when and by whom it was asked for.</summary>
    public StopReceipt? Receipt { get; init; }
}

/// <summary>Kinds of stops from outside.</summary>
internal enum RunStopKind
{
    /// <summary>Somebody cancelled the task.</summary>
    Cancel,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>Something that the run had started broke on a thread of its own.</summary>
    Failure,

    /// <summary>The process is stopping and cannot wait any longer: the run is left as it is, for the next process to go on with.</summary>
    Drain,
}

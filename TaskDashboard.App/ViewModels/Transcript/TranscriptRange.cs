namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>A stretch of a log that is in memory, without holes but for steps that are folded away.</summary>
/// <param name="From">Its first event.</param>
/// <param name="To">Its last one; <see cref="Open"/> where it grows with the log.</param>
public readonly record struct TranscriptRange(long From, long To)
{
    /// <summary>Behind every event.</summary>
    public const long Open = long.MaxValue;

    /// <summary>A log that is in memory from its first event on.</summary>
    public static TranscriptRange Whole { get; } = new(1, Open);

    public bool IsStart => From <= 1;

    public bool IsEnd => To == Open;

    public bool Has(long seq) => seq >= From && seq <= To;
}

using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// How the cancel of one task went: proof that what was asked to stop has stopped. One for each task of a cancelled tree.
/// </summary>
/// <param name="AskedAt">When the cancel was accepted: from here on no model or tool call of the task starts.</param>
/// <param name="By">Who asked.</param>
public sealed record StopReceipt(DateTimeOffset AskedAt, string By)
{
    /// <summary>When the run noticed; null while it has not, and for a task that had no run.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>When it had come down, its processes with it; null while it is stopping.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>How many processes of its tools were ended, their descendants included.</summary>
    public int ProcessesReaped { get; init; }

    /// <summary>Model and tool calls that started after <see cref="AskedAt"/>. Counted where calls start, not assumed; has to be 0.</summary>
    public int CallsAfter { get; init; }

    /// <summary>The process ended before the run did: nobody is left who could have seen it come down.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool CutShort { get; init; }
}

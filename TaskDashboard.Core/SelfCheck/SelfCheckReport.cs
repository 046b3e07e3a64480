using System.Text.Json.Serialization;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.SelfCheck;

/// <summary>One look at everything.</summary>
/// <param name="Healthy">No invariant is broken.</param>
/// <param name="CheckedAt">When the look was taken; null before the first.</param>
/// <param name="Invariants">Each invariant, in the order in which they are told.</param>
/// <param name="Counters">What happened since the process began.</param>
/// <param name="LastRestart">What the start found of the process before; null before the start is done.</param>
public sealed record SelfCheckReport(
    bool Healthy, DateTimeOffset? CheckedAt, IReadOnlyList<InvariantReport> Invariants, EngineCounts Counters, RestartSummary? LastRestart);

/// <summary>How one invariant stands.</summary>
/// <param name="Key">Its machine name, such as <c>owner</c>.</param>
/// <param name="Promise">What is promised, in one sentence.</param>
/// <param name="Status">Whether it held at the last look.</param>
/// <param name="CheckedAt">When it was last looked at.</param>
/// <param name="Findings">What was found broken at the last look, a sentence each; at most 20.</param>
/// <param name="Violations">How often it was found broken since the process began.</param>
/// <param name="LastViolationAt">When it was last found broken.</param>
public sealed record InvariantReport(
    string Key, string Promise, InvariantStatus Status, DateTimeOffset? CheckedAt, IReadOnlyList<string> Findings, long Violations, DateTimeOffset? LastViolationAt);

/// <summary>Whether an invariant held.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InvariantStatus>))]
public enum InvariantStatus
{
    [JsonStringEnumMemberName("not_checked")] NotChecked,

    [JsonStringEnumMemberName("ok")] Ok,

    /// <summary>Broken, or it could not be checked: both are red.</summary>
    [JsonStringEnumMemberName("failing")] Failing,
}

/// <summary>What the engine counts, all since the process began but for the first four.</summary>
/// <param name="Runs">Runs that this process owns now.</param>
/// <param name="BusySlots">Slots that are taken now.</param>
/// <param name="Slots">Slots that there are.</param>
/// <param name="Queued">Tasks that wait for a slot now.</param>
/// <param name="StaleWrites">Writes of runs that did not own their task any more; each was refused.</param>
/// <param name="CallsAfterCancel">Model and tool calls that started after a cancel was accepted; has to be 0.</param>
/// <param name="StrayFailures">Exceptions that tools left on threads of their own.</param>
/// <param name="AbandonedCalls">Tool calls that did not come to an end when they were told to, and were left behind.</param>
/// <param name="Repairs">What the watchdog put right.</param>
public sealed record EngineCounts(
    int Runs, int BusySlots, int Slots, int Queued, long StaleWrites, long CallsAfterCancel, long StrayFailures, long AbandonedCalls, long Repairs);

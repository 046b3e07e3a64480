namespace TaskDashboard.Core.Runs;

/// <summary>What a start found of the process before, and did about it.</summary>
/// <param name="At">When the start settled it.</param>
/// <param name="WasClean">The process before had said goodbye; null when there was none.</param>
/// <param name="Resumed">Tasks that were at work and go on.</param>
/// <param name="Failed">Tasks that were at work and failed as <c>orphaned</c>, or ended as cancelled because a cancel was under way.</param>
/// <param name="UnknownCalls">Tool calls of which nobody knows whether they took effect.</param>
/// <param name="Waiting">Tasks that wait for a person, children or a resume; they were left as they are.</param>
/// <param name="Pending">Tasks that had not started; they keep their place.</param>
/// <param name="TookMs">How long settling took, in milliseconds.</param>
public sealed record RestartSummary(
    DateTimeOffset At, bool? WasClean, int Resumed, int Failed, int UnknownCalls, int Waiting, int Pending, long TookMs);

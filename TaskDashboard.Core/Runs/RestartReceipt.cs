namespace TaskDashboard.Core.Runs;

/// <summary>What a restart did to one run: what is kept, what is known, and what nobody can know.</summary>
/// <param name="Saved">Entries of the run that are on disk: messages, thoughts, calls and results.</param>
/// <param name="SavedText">Length in UTF-16 units of the text that was streaming in and was kept; 0 when none was.</param>
/// <param name="Known">Tool calls of the run of which the result is known.</param>
/// <param name="Unknown">Tool calls that were at work: whether they took effect is unknown. They are never made again by themselves.</param>
/// <param name="NotStarted">Tool calls that the agent wanted and that were never begun.</param>
public sealed record RestartReceipt(
    int Saved, int SavedText, int Known, IReadOnlyList<InterruptedCall> Unknown, IReadOnlyList<InterruptedCall> NotStarted);

/// <summary>A tool call that a restart came between.</summary>
/// <param name="CallId">Ties it to its <c>tool_use</c> event.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">As JSON text.</param>
public sealed record InterruptedCall(string CallId, string Name, string Arguments);

using TaskDashboard.Core.Runs;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>A restart's receipt as people read it: with calls by their titles.</summary>
/// <param name="Saved">Entries of the run that are kept.</param>
/// <param name="SavedText">Length of the text that was streaming in and was kept; 0 when none was.</param>
/// <param name="Known">Calls of which the result is known.</param>
/// <param name="Unknown">Calls of which nobody knows whether they took effect.</param>
/// <param name="NotStarted">Calls that were wanted and certainly never begun.</param>
public sealed record RestartNotes(int Saved, int SavedText, int Known, IReadOnlyList<InterruptedStep> Unknown, IReadOnlyList<InterruptedStep> NotStarted)
{
    /// <param name="receipt">What the log says.</param>
    /// <param name="find">The call with an id, as the transcript shows it; null when it does not.</param>
    internal static RestartNotes From(RestartReceipt receipt, Func<string, ToolCallItem?> find)
    {
        return new RestartNotes(receipt.Saved, receipt.SavedText, receipt.Known, [.. receipt.Unknown.Select(Read)], [.. receipt.NotStarted.Select(Read)]);

        InterruptedStep Read(InterruptedCall call) => find(call.CallId) is { } shown
            ? new InterruptedStep(shown.Title.Length > 0 ? shown.Title : shown.Name, shown.Arguments)
            : new InterruptedStep(call.Name, call.Arguments);
    }
}

/// <summary>A call that a restart came between.</summary>
/// <param name="Title">What it was to do.</param>
/// <param name="Arguments">With what, as JSON.</param>
public sealed record InterruptedStep(string Title, string Arguments);

namespace TaskDashboard.Core.Tools;

/// <summary>
/// A tool call that could not be done, in plain words for the model: what is wrong, and what to do instead.
/// An expected outcome, not a fault of the program.
/// </summary>
public sealed class ToolException(string message, Exception? inner = null) : Exception(message, inner);

namespace TaskDashboard.Core.Events;

/// <summary>
/// One numbered fact of a task's log, as committed. Immutable and shared by every viewer; its JSON is made once, by the writer.
/// </summary>
/// <param name="Id">Grows over the whole store: the cursor of chat and list streams.</param>
/// <param name="Seq">Gapless from 1 in its task: the cursor of the task's stream.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="TaskId">Whose log it is in.</param>
/// <param name="RunId">The run that it belongs to, if any.</param>
/// <param name="ChatId">The task's chat.</param>
/// <param name="Data">What it says.</param>
/// <param name="Json">The whole event in UTF-8, as it goes over the wire.</param>
public sealed record TaskEvent(
    long Id,
    long Seq,
    string Type,
    DateTimeOffset At,
    string TaskId,
    string? RunId,
    string ChatId,
    EventData Data,
    ReadOnlyMemory<byte> Json);

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Where things stand in the transcript, for who comes by a link or looks for something.</summary>
public sealed partial class TaskTranscript
{
    /// <summary>The item with a key; null where there is none in reading order.</summary>
    public TranscriptItem? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>
    /// The item that an event stands in: a call for its result too. Of an event that shows nothing by itself, the item before it, or the first one.
    /// </summary>
    /// <param name="seq">Its sequence number.</param>
    /// <returns>Null when the log has no such event, or it is not in memory, or nothing is shown of it at all.</returns>
    public TranscriptItem? FindEvent(long seq)
    {
        if (seq < 1 || seq > LastSeq) return null;
        if (items.Find(item => item is ToolCallItem call && call.ResultSeq == seq) is { } answered) return answered;
        if (RangeOf(seq) is not { } range) return null;
        var here = ItemsIn(range);
        return here.LastOrDefault(item => item.Seq > 0 && item.Seq <= seq) ?? (here.Count > 0 ? here[0] : null);
    }
}

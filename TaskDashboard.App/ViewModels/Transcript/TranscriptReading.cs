using TaskDashboard.Core.Runs;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// How one reader goes through a transcript: what of it is on the page, what is open, where a link, a failure or a hit of a search leads. Of a long log
/// it reads what is not in memory where the reader comes to it. Not safe for threads: one circuit has it.
/// </summary>
public sealed partial class TranscriptReading
{
    private TaskTranscript? transcript;
    private long? failure;
    private int folded = -1;
    private int foldedGroups;

    /// <summary>What is open.</summary>
    public OpenedParts Opened { get; } = new();

    /// <summary>What is on the page.</summary>
    public TranscriptWindow Window { get; } = new();

    /// <summary>The search in this transcript.</summary>
    public TranscriptSearch Search { get; } = new();

    /// <summary>The part of the transcript that the reader is in, folded: all of it where it is in memory whole.</summary>
    public IReadOnlyList<TranscriptBlock> Blocks { get; private set; } = [];

    /// <summary>What went wrong of what is in memory, in order: calls that failed or of which nobody knows, errors, failed endings.</summary>
    public IReadOnlyList<TranscriptItem> Failures { get; private set; } = [];

    /// <summary>Which failure was gone to last, from 1; 0 for none.</summary>
    public int FailureNumber => failure is { } seq && failures.Contains(seq) ? failures.GetViewBetween(0, seq).Count : 0;

    /// <summary>Where the page is to go, until it has: then <see cref="Arrive"/> takes it.</summary>
    public TranscriptItem? Target { get; private set; }

    /// <summary>Takes in what is new in the transcript; false when it is as it was.</summary>
    public bool Update(TaskTranscript newer)
    {
        var groups = Search.IsOn ? newer.Items.OfType<TaskGroupItem>().Sum(group => group.Transcript.StructureVersion) : 0;
        if (ReferenceEquals(transcript, newer) && folded == newer.StructureVersion)
        {
            ShrinkGroups();

            // Other tasks of the chat go on inside their groups.
            if (groups != foldedGroups) Search.Update(newer);
            foldedGroups = groups;
            return false;
        }

        var isOther = !ReferenceEquals(transcript, newer);
        Enter(newer);
        Fold();
        if (isOther) Settle(Total);

        // Before anything is let go of: what went wrong in it counts all the same.
        NoteFailures();
        ShrinkNow();
        ShrinkGroups();
        Search.Update(newer);
        foldedGroups = groups;
        return true;
    }

    /// <summary>Goes to the entry of an event, or where that shows nothing, to the one before it.</summary>
    /// <returns>False when the log has no such event.</returns>
    public bool GoToEvent(long seq)
    {
        if (transcript?.FindEvent(seq) is not { } item) return false;
        GoTo(item);
        return true;
    }

    /// <summary>Shows what stands around an entry, and marks nothing.</summary>
    /// <param name="key">Of a block, or of an item in it.</param>
    /// <returns>False when there is none with this key.</returns>
    public bool ShowAround(string key)
    {
        for (var index = 0; index < Blocks.Count; index++)
        {
            if (Blocks[index].Key != key && Blocks[index].Items.All(item => item.Key != key)) continue;
            Window.ShowAround(index);
            return true;
        }

        return false;
    }

    /// <summary>Goes to the next failure or the one before; behind the last comes the first.</summary>
    /// <param name="direction">1 or -1.</param>
    /// <param name="fromKey">What the reader looks at; null for the end.</param>
    public void StepFailure(int direction, string? fromKey)
    {
        if (NextFailure(direction, fromKey) is { } next) GoToFailure(next);
    }

    /// <summary>Searches, and goes to the hit that is next to what the reader looks at.</summary>
    public void Find(string words)
    {
        if (transcript is null) return;
        Search.Begin(words, transcript, Here);
        GoToHit();
    }

    /// <summary>Goes to the next hit or the one before.</summary>
    /// <param name="direction">1 or -1.</param>
    public void StepHit(int direction)
    {
        Search.Step(direction);
        GoToHit();
    }

    /// <summary>Where the page is to go, once.</summary>
    public TranscriptItem? Arrive()
    {
        var target = Target;
        Target = null;
        return target;
    }

    /// <summary>Shows an item with what stands around it, opened.</summary>
    public void GoTo(TranscriptItem item, TaskGroupItem? group = null)
    {
        var index = Window.IndexOf((TranscriptItem?)group ?? item);
        if (index < 0) return;
        Opened.Seek(Blocks[index], item);
        Window.ShowAround(index);
        Target = item;
    }

    /// <summary>What the reader looks at first.</summary>
    private TranscriptPlace Here => Window.First < Blocks.Count ? Blocks[Window.First].Items[0].Place : default;

    private void Fold()
    {
        folded = transcript!.StructureVersion;
        Blocks = TranscriptBlock.FoldAll(transcript.ItemsIn(Range), opened: Opened);
        Window.Update(Blocks, Range.IsEnd);
        Count();
    }

    private long? NextFailure(int direction, string? fromKey)
    {
        if (failures.Count == 0) return null;
        var here = fromKey is null ? null : transcript!.Find(fromKey.StartsWith(TranscriptBlock.FoldPrefix, StringComparison.Ordinal) ? fromKey[TranscriptBlock.FoldPrefix.Length..] : fromKey)?.Place.Order;
        return direction > 0
            ? failures.FirstOrDefault(seq => seq > here, failures.Min)
            : failures.LastOrDefault(seq => here is null || seq < here, failures.Max);
    }

    private void GoToFailure(long seq)
    {
        failure = seq;
        if (Failures.FirstOrDefault(item => item.Place.Order == seq) is { } item) GoTo(item);
        else GoToEvent(seq);
    }

    private void GoToHit()
    {
        if (Search.Current is not { } hit || transcript is null) return;
        var group = hit.GroupId is { } id ? transcript.Find(TaskGroupItem.KeyOf(id)) as TaskGroupItem : null;
        if (hit.GroupId is not null && group is null) return;

        // It may have been let go of and read again since.
        var log = group?.Transcript ?? transcript;
        if ((hit.Item is { } known && log.Find(known.Key) == known ? known : log.FindEvent(hit.Seq)) is { } item) GoTo(item, group);
    }

    private static bool IsFailure(TranscriptItem item) => item switch
    {
        ToolCallItem call => call.Outcome is StepOutcome.Error or StepOutcome.Unknown,
        ErrorItem => true,
        EndingItem ending => ending.Outcome == RunOutcome.Failed,
        _ => false,
    };
}

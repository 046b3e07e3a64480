using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Brings parts of a task's log into its transcript as the reader comes to them, and lets go of those far from them, so that a page costs the same
/// however long the log is. A row of quiet steps is never cut: what does not fit in memory of it is counted. Of one circuit, one thing at a time.
/// </summary>
/// <param name="taskId">The task.</param>
/// <param name="transcript">Of the task.</param>
/// <param name="reader">Where the log is read.</param>
/// <param name="closing">Gives up reading.</param>
public sealed partial class TranscriptLog(string taskId, TaskTranscript transcript, ITranscriptReader reader, CancellationToken closing)
{
    /// <summary>Called behind each reading: for what stands beside the log and belongs to what was read.</summary>
    internal Func<Task>? HasRead { get; set; }

    /// <summary>A log up to this length is in memory whole.</summary>
    public const int WholeUpTo = 600;

    /// <summary>So much of the end of a longer one is read first.</summary>
    public const int FirstPart = 400;

    /// <summary>So many events are read at a time.</summary>
    public const int Part = 300;

    /// <summary>So many steps at both ends of a long row are in memory.</summary>
    private const int RowEnds = 40;

    /// <summary>By so many a part may be longer, to end where an entry does.</summary>
    private const int Slack = 64;

    private Task last = Task.CompletedTask;
    private int reaching;

    /// <summary>Told of a reading that failed; null throws it at who asked.</summary>
    internal Action<Exception>? Failed { get; set; }

    /// <summary>The last reading failed: what it answered says nothing of the log.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Completes what the first part of a log begins with. What stands beside that is not waited for.</summary>
    /// <remarks>Throws when that cannot be read: whoever opens the log tries again.</remarks>
    public Task CompleteAsync() => InTurnAsync(
        async () =>
        {
            await CompleteFirstAsync(transcript.Tail.From);
            return false;
        },
        isOpening: true);

    /// <summary>Reads more before a range. False where there is nothing.</summary>
    public Task<bool> ReadEarlierAsync(TranscriptRange range) => InTurnAsync(async () =>
    {
        if (Find(range) is not { IsStart: false } here) return false;
        var edge = EndBefore(here.From);
        var read = here.From - edge <= Part + Slack && edge > 0 ? reader.ReadAsync(taskId, edge + 1, here.From - 1, closing) : reader.ReadBeforeAsync(taskId, here.From, Part, closing);
        if (await read is not { } stretch) return false;
        transcript.Add(stretch);
        await CompleteFirstAsync(stretch.From);
        return true;
    });

    /// <summary>Reads more behind a range. False where there is nothing.</summary>
    public Task<bool> ReadLaterAsync(TranscriptRange range) => InTurnAsync(async () =>
    {
        if (Find(range) is not { IsEnd: false } here) return false;
        var edge = StartBehind(here.To);
        var read = edge - here.To <= Part + Slack ? reader.ReadAsync(taskId, here.To + 1, edge - 1, closing) : reader.ReadBehindAsync(taskId, here.To, Part, closing);
        if (await read is not { } stretch) return false;
        transcript.Add(stretch);
        await CompleteLastAsync(stretch.To);
        return true;
    });

    /// <summary>
    /// Sees to it that what stands at an event is in memory, with what stands around it. False where the log does not have it. Until the reader is there,
    /// nothing is let go of: they are not in it yet, and live events come meanwhile.
    /// </summary>
    /// <param name="seq">Of the event.</param>
    /// <param name="arrive">Brings the reader there.</param>
    public async Task<bool> ReachAsync(long seq, Action? arrive = null)
    {
        reaching++;
        try
        {
            if (!await InTurnAsync(() => ReadAroundAsync(seq))) return false;
            arrive?.Invoke();
            return true;
        }
        finally
        {
            reaching--;
        }
    }

    private async Task<bool> ReadAroundAsync(long seq)
    {
        if (seq < 1 || seq > transcript.LastSeq) return false;
        if (transcript.RangeOf(seq) is { } here)
        {
            if (transcript.ItemsIn(here).OfType<GapItem>().FirstOrDefault(gap => seq >= gap.From && seq <= gap.To) is { } gap) await FillAsync(gap, seq - (Part / 2), seq + (Part / 2));
            return true;
        }

        var (first, edge) = (EndBefore(seq) + 1, StartBehind(seq));
        var read = edge - seq <= Part ? reader.ReadBeforeAsync(taskId, edge, (int)(edge - seq) + (Part / 2), closing) : reader.ReadAroundAsync(taskId, seq, Part, closing);
        if (await read is not { } stretch) return false;
        if (stretch.From < first || stretch.To >= edge)
        {
            // What is there already has been folded as it is: nothing of it comes twice.
            if (await reader.ReadAsync(taskId, Math.Max(first, stretch.From), Math.Min(edge - 1, stretch.To), closing) is not { } rest) return false;
            stretch = rest;
        }

        transcript.Add(stretch);
        await CompleteFirstAsync(stretch.From);
        await CompleteLastAsync(stretch.To);
        return true;
    }

    /// <summary>Reads some of the steps that a gap stands for, from its end.</summary>
    public Task<bool> FillAsync(GapItem gap) => InTurnAsync(() => FillAsync(gap, gap.To - Part + 1, gap.To));

    /// <summary>Finds what has the words in a whole log, in order; null when it could not be read.</summary>
    /// <param name="otherTaskId">The other task whose log it is; null for this one's.</param>
    /// <param name="words">The words.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    public Task<IReadOnlyList<long>?> SearchAsync(string? otherTaskId, string words, CancellationToken cancellationToken) =>
        TellAsync<IReadOnlyList<long>?>(async () => await reader.SearchAsync(otherTaskId ?? taskId, words, cancellationToken), null);

    /// <summary>Ends with the page, or before.</summary>
    public CancellationTokenSource BeginSearch() => CancellationTokenSource.CreateLinkedTokenSource(closing);

    /// <summary>Finds what went wrong in the whole log, in order; null when it could not be read.</summary>
    public Task<IReadOnlyList<long>?> ListFailuresAsync() => TellAsync<IReadOnlyList<long>?>(async () => await reader.ListFailuresAsync(taskId, closing), null);

    /// <summary>Finds the place of an entry by its key; null where there is none.</summary>
    public async Task<long?> FindAsync(string key)
    {
        // What has no id of its own is named by its place, the rest by an id behind what kind of thing it is.
        var id = key[(key.LastIndexOf(':') + 1)..];
        if (key.StartsWith("error:", StringComparison.Ordinal) || key.StartsWith("end:", StringComparison.Ordinal) || key.Contains("gap:", StringComparison.Ordinal))
        {
            if (long.TryParse(id.Split('-')[0], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seq)) return seq;
        }

        return id.Length == 0 ? null : await TellAsync(() => reader.FindNamedAsync(taskId, id, closing), null);
    }

    /// <summary>Finds the first event that has a store-wide id or a greater one.</summary>
    public Task<long?> FindEventAsync(long eventId) => TellAsync(() => reader.FindEventAsync(taskId, eventId, closing), null);

    /// <summary>Where a range begins in the middle of a row of steps, the rest of the row comes with it: whole, or when that is long, as a number.</summary>
    private async Task CompleteFirstAsync(long seq)
    {
        if (transcript.RangeOf(seq) is not { IsStart: false } range || transcript.ItemsIn(range) is not [var first, ..]) return;
        if (first.IsCopied)
        {
            // All before it is copied too, and folds to one line.
            await AddRowAsync(new QuietSteps(EndBefore(range.From) + 1, range.From - 1, 0, TimeSpan.Zero), isCopied: true);
        }
        else if (TranscriptBlock.IsStep(first) && await reader.FindQuietStepsAsync(taskId, range.From, isBefore: true, EndBefore(range.From) + 1, closing) is { } row)
        {
            await AddRowAsync(row, isCopied: false);
        }
    }

    private async Task CompleteLastAsync(long seq)
    {
        if (transcript.RangeOf(seq) is not { IsEnd: false } range || transcript.ItemsIn(range) is not [.., var last] || last.IsCopied || !TranscriptBlock.IsStep(last)) return;
        if (await reader.FindQuietStepsAsync(taskId, range.To + 1, isBefore: false, StartBehind(range.To) - 1, closing) is { } row) await AddRowAsync(row, isCopied: false);
    }

    private async Task AddRowAsync(QuietSteps row, bool isCopied)
    {
        if (row.To - row.From < Part)
        {
            if (await reader.ReadAsync(taskId, row.From, row.To, closing) is { } whole) transcript.Add(whole);
            return;
        }

        // Its first steps stay with it, for by them the row is known.
        if (await reader.ReadAsync(taskId, row.From, row.From + RowEnds - 1, closing) is not { } head) return;
        var rest = isCopied
            ? row with { From = head.To + 1 }
            : await reader.FindQuietStepsAsync(taskId, row.To + 1, isBefore: true, head.To + 1, closing);
        if (rest is null) return;
        transcript.Add(new GapItem(head.To + 1, row.To, rest.Calls, rest.Duration, isCopied));
        transcript.Add(head);
    }

    private async Task<bool> FillAsync(GapItem gap, long from, long to)
    {
        // A rest without a call would be counted as nothing, and what was thought in it be lost: little is read with the part.
        from = from - gap.From < Slack ? gap.From : from;
        to = gap.To - to < Slack ? gap.To : to;
        var before = from > gap.From ? await MeasureAsync(gap, gap.From, from - 1) : null;
        var behind = to < gap.To ? await MeasureAsync(gap, to + 1, gap.To) : null;
        (from, to) = (before is null ? gap.From : from, behind is null ? gap.To : to);
        if (transcript.Find(gap.Key) != gap || await reader.ReadAsync(taskId, from, to, closing) is not { } stretch || transcript.Find(gap.Key) != gap) return false;
        transcript.Drop(gap);
        if (before is not null) transcript.Add(before);
        if (behind is not null) transcript.Add(behind);
        transcript.Add(stretch);
        return true;
    }

    private async Task<GapItem?> MeasureAsync(GapItem gap, long from, long to)
    {
        if (gap.IsCopied) return new GapItem(from, to, 0, TimeSpan.Zero, true);
        return await reader.FindQuietStepsAsync(taskId, to + 1, isBefore: true, from, closing) is { } steps ? new GapItem(from, to, steps.Calls, steps.Duration, false) : null;
    }

    /// <summary>The last event before another that is in memory already; 0 for none.</summary>
    private long EndBefore(long seq) => transcript.Ranges.Where(range => range.To < seq).Select(range => range.To).DefaultIfEmpty(0).Max();

    /// <summary>The first event behind another that is in memory already.</summary>
    private long StartBehind(long seq) => transcript.Ranges.Where(range => range.From > seq).Select(range => range.From).DefaultIfEmpty(transcript.LastSeq + 1).Min();

    /// <summary>The range as it is by now.</summary>
    private TranscriptRange? Find(TranscriptRange range) => transcript.RangeOf(range.IsEnd ? Math.Max(range.From, transcript.LastSeq) : range.From) ?? transcript.RangeOf(range.From);

    private async Task<bool> InTurnAsync(Func<Task<bool>> read, bool isOpening = false)
    {
        var before = last;
        var own = new TaskCompletionSource();
        last = own.Task;
        await before;
        try
        {
            closing.ThrowIfCancellationRequested();
            return isOpening ? await ReadAsync() : await TellAsync(ReadAsync, false);
        }
        finally
        {
            own.SetResult();
        }

        async Task<bool> ReadAsync()
        {
            var isRead = await read();
            if (isRead && HasRead is { } hasRead) await hasRead();
            return isRead;
        }
    }

    private async Task<T> TellAsync<T>(Func<Task<T>> read, T otherwise)
    {
        HasFailed = false;
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException) && Failed is not null)
        {
            HasFailed = true;
            Failed(exception);
            return otherwise;
        }
    }
}

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Finds words in a whole transcript, on the page or not: in messages, thoughts, what calls were named, asked and answered, errors, requests. A hit is an
/// entry, however often it has the words. Goes on finding while the transcript grows. Of a log that is not in memory whole the store has told the hits.
/// </summary>
public sealed class TranscriptSearch
{
    private readonly List<TranscriptHit> hits = [];
    private readonly List<TranscriptHit> told = [];
    private readonly HashSet<(string?, long)> toldPlaces = [];
    private readonly Dictionary<string, long> toldUpTo = [];
    private readonly HashSet<string> openThen = [];
    private TranscriptHit? current;
    private string words = "";

    /// <summary>How many entries have the words.</summary>
    public int Count => hits.Count;

    /// <summary>The hit that the reader is at; null for none.</summary>
    public TranscriptHit? Current => current;

    /// <summary>Which one that is, from 1; 0 for none.</summary>
    public int Number => current is { } hit ? hits.IndexOf(hit) + 1 : 0;

    /// <summary>Something is looked for.</summary>
    public bool IsOn => words.Length > 0;

    /// <summary>Looks for other words; for nothing when there are none.</summary>
    /// <param name="text">Capitals do not matter.</param>
    /// <param name="transcript">Where.</param>
    /// <param name="near">The first hit at this place or behind it is the current one; where there is none, the last.</param>
    /// <param name="found">What the store has found in logs that are not in memory whole; null where all of it is.</param>
    internal void Begin(string text, TaskTranscript transcript, TranscriptPlace near, IReadOnlyList<FoundWords>? found = null)
    {
        // Who types on stays where the shorter words led them, as long as the longer ones are there too.
        var here = current is { } hit ? hit.Place : near;
        words = text.Trim();
        current = null;
        told.Clear();
        toldPlaces.Clear();
        toldUpTo.Clear();
        hits.Clear();
        openThen.Clear();
        openThen.UnionWith(transcript.Items.SelectMany(item => item is TaskGroupItem group ? group.Transcript.Items : [item]).OfType<RequestItem>().Where(item => item.IsOpen).Select(item => item.Key));
        foreach (var log in found ?? [])
        {
            toldUpTo[log.GroupId ?? ""] = log.LastSeq;
            foreach (var seq in log.Seqs) Tell(log.GroupId, log.GroupPlace ?? new TranscriptPlace(TranscriptBand.Logged, seq), seq);
        }

        Update(transcript);
        if (hits.Count == 0) return;
        var index = hits.FindIndex(known => known.Place.CompareTo(here) >= 0);
        current = index < 0 ? hits[^1] : hits[index];
    }

    /// <summary>Takes in what has come.</summary>
    internal void Update(TaskTranscript transcript)
    {
        // What came live and was let go of since is known to the store by now, and stays a hit as what it has told.
        foreach (var hit in hits.Where(hit => hit.Item is not null && hit.Seq > 0 && IsAway(transcript, hit))) Tell(hit.GroupId, hit.Place, hit.Seq);
        hits.Clear();
        if (!IsOn) return;
        hits.AddRange(told);
        foreach (var item in transcript.Items)
        {
            if (item is TaskGroupItem group) hits.AddRange(group.Transcript.Items.Where(inner => IsNew(inner, group.TaskId) && Has(inner)).Select(inner => new TranscriptHit(group.TaskId, group.Place, inner.Seq, inner)));
            else if (IsNew(item, null) && Has(item)) hits.Add(new TranscriptHit(null, item.Place, item.Seq, item));
        }

        if (told.Count > 0)
        {
            var sorted = hits.OrderBy(hit => hit.Place).ThenBy(hit => hit.Seq == 0 ? long.MaxValue : hit.Seq).ToList();
            hits.Clear();
            hits.AddRange(sorted);
        }

        if (current is { } here && !hits.Contains(here)) current = null;
    }

    internal void Step(int direction)
    {
        if (hits.Count == 0) return;
        var index = current is { } hit ? hits.IndexOf(hit) + direction : 0;
        current = hits[(index + hits.Count) % hits.Count];
    }

    private void Tell(string? groupId, TranscriptPlace place, long seq)
    {
        if (toldPlaces.Add((groupId, seq))) told.Add(new TranscriptHit(groupId, place, seq, null));
    }

    /// <summary>The part of the log that it was found in is not in memory any more.</summary>
    private static bool IsAway(TaskTranscript transcript, TranscriptHit hit)
    {
        var log = hit.GroupId is { } id ? (transcript.Find(TaskGroupItem.KeyOf(id)) as TaskGroupItem)?.Transcript : transcript;
        return log?.RangeOf(hit.Seq) is null || log.Gaps.Any(gap => hit.Seq >= gap.From && hit.Seq <= gap.To);
    }

    /// <summary>Nobody has told of it yet. The store may know more than the page did when it was asked, and what was at work then may have got its words since.</summary>
    private bool IsNew(TranscriptItem item, string? groupId)
    {
        if (item.Place.Band == TranscriptBand.Streaming) return true;
        if (toldPlaces.Contains((groupId, item.Seq))) return false;
        if (!toldUpTo.TryGetValue(groupId ?? "", out var upTo) || item.Place.Order > upTo) return true;
        return item switch
        {
            ToolCallItem call => call.ResultSeq > upTo,
            RequestItem { IsOpen: false } request => openThen.Contains(request.Key),
            _ => false,
        };
    }

    internal bool Has(TranscriptItem item) => item switch
    {
        MessageItem message => Has(message.Text),
        ThoughtItem thought => Has(thought.Text),
        ToolCallItem call => Has(call.Title) || Has(call.Name) || Has(call.Arguments) || Has(call.Content),
        ErrorItem error => Has(error.Text),
        RequestItem request => Has(request.Request.Prompt) || Has(request.Request.Answer) || Has(request.Request.Note),
        EndingItem ending => Has(ending.Text),
        _ => false,
    };

    private bool Has(string? text) => text is not null && text.Contains(words, StringComparison.OrdinalIgnoreCase);
}

/// <summary>An entry that has the words.</summary>
public readonly record struct TranscriptHit
{
    internal TranscriptHit(string? groupId, TranscriptPlace place, long seq, TranscriptItem? item) => (GroupId, Place, Seq, Item) = (groupId, place, seq, item);

    /// <summary>The other task of the chat that it is of; null for the one that is shown plainly.</summary>
    public string? GroupId { get; }

    /// <summary>Where it stands in the transcript, or its group does.</summary>
    internal TranscriptPlace Place { get; }

    /// <summary>Its event in the log of its task; 0 while it streams in.</summary>
    public long Seq { get; }

    /// <summary>The entry; null where it may not be in memory.</summary>
    public TranscriptItem? Item { get; }

    /// <summary>The same entry, wherever it stands by now: what streams in gets its place later.</summary>
    public bool Equals(TranscriptHit other) => Item is not null || other.Item is not null ? ReferenceEquals(Item, other.Item) : GroupId == other.GroupId && Seq == other.Seq;

    public override int GetHashCode() => Item?.GetHashCode() ?? HashCode.Combine(GroupId, Seq);
}

/// <summary>What the store has found in the log of one task.</summary>
/// <param name="GroupId">The other task; null for the one that is shown plainly.</param>
/// <param name="GroupPlace">Where its group stands.</param>
/// <param name="LastSeq">How far its log has been looked through.</param>
/// <param name="Seqs">Where the words are.</param>
internal sealed record FoundWords(string? GroupId, TranscriptPlace? GroupPlace, long LastSeq, IReadOnlyList<long> Seqs);

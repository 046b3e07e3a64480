namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Finds words in a whole transcript, on the page or not: in messages, thoughts, what calls were named, asked and answered, errors, requests. A hit is an
/// entry, however often it has the words. Goes on finding while the transcript grows.
/// </summary>
public sealed class TranscriptSearch
{
    private readonly List<TranscriptHit> hits = [];
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
    internal void Begin(string text, TaskTranscript transcript, TranscriptPlace near)
    {
        // Who types on stays where the shorter words led them, as long as the longer ones are there too.
        var here = current is { } hit ? (hit.Group ?? hit.Item).Place : near;
        words = text.Trim();
        current = null;
        Update(transcript);
        if (hits.Count == 0) return;
        var index = hits.FindIndex(found => (found.Group ?? found.Item).Place.CompareTo(here) >= 0);
        current = index < 0 ? hits[^1] : hits[index];
    }

    /// <summary>Takes in what has come.</summary>
    internal void Update(TaskTranscript transcript)
    {
        hits.Clear();
        if (!IsOn) return;
        foreach (var item in transcript.Items)
        {
            if (item is TaskGroupItem group)
            {
                foreach (var inner in group.Transcript.Items.Where(Has)) hits.Add(new TranscriptHit(inner, group));
            }
            else if (Has(item))
            {
                hits.Add(new TranscriptHit(item, null));
            }
        }

        if (current is { } hit && !hits.Contains(hit)) current = null;
    }

    internal void Step(int direction)
    {
        if (hits.Count == 0) return;
        var index = current is { } hit ? hits.IndexOf(hit) + direction : 0;
        current = hits[(index + hits.Count) % hits.Count];
    }

    private bool Has(TranscriptItem item) => item switch
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
/// <param name="Item">The entry.</param>
/// <param name="Group">The other task of the chat that it is of; null for the one that is shown plainly.</param>
public readonly record struct TranscriptHit(TranscriptItem Item, TaskGroupItem? Group);

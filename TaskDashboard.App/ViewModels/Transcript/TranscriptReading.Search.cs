using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What is looked for, and what went wrong, in a log that is longer than what is in memory of it.</summary>
public sealed partial class TranscriptReading
{
    private Action? stopSearch;

    /// <summary>Counts what went wrong in all of the log; false when it could not be read.</summary>
    public async Task<bool> CountFailuresAsync()
    {
        if (!ReadsLog) return true;
        if (await Log!.ListFailuresAsync() is not { } found) return false;
        failures.UnionWith(found);
        return true;
    }

    /// <inheritdoc cref="StepFailure"/>
    public async Task StepFailureAsync(int direction, string? fromKey)
    {
        if (NextFailure(direction, fromKey) is not { } next) return;
        if (ReadsLog && !await ReachAsync(next)) return;
        GoToFailure(next);
        ShrinkNow();
    }

    /// <inheritdoc cref="Find"/>
    /// <returns>False when the log could not be read: then what was found before still stands.</returns>
    public async Task<bool> FindAsync(string words)
    {
        // Somebody types on: theirs are other words by now.
        stopSearch?.Invoke();
        stopSearch = null;
        var wanted = words.Trim();
        var beside = Beside?.Invoke() ?? [];
        if (transcript is null || Log is null || wanted.Length == 0 || (!ReadsLog && beside.Count == 0))
        {
            Find(words);
            return true;
        }

        using var search = Log.BeginSearch();
        Action stop = search.Cancel;
        stopSearch = stop;
        try
        {
            var found = new List<FoundWords>();
            var logs = beside.Select(other => (Id: (string?)other.Task.Began.TaskId, Place: (TranscriptPlace?)other.Place, other.Task.LastSeq));
            if (ReadsLog) logs = logs.Prepend((null, null, transcript.LastSeq));
            foreach (var (id, place, lastSeq) in logs.ToList())
            {
                if (await Log.SearchAsync(id, wanted, search.Token) is not { } seqs) return false;
                found.Add(new FoundWords(id, place, lastSeq, seqs));
            }

            if (search.IsCancellationRequested) return true;
            Search.Begin(words, transcript, Here, found);
        }
        catch (OperationCanceledException) when (search.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            if (stopSearch == stop) stopSearch = null;
        }

        await GoToHitAsync();
        return true;
    }

    /// <inheritdoc cref="StepHit"/>
    public Task StepHitAsync(int direction)
    {
        Search.Step(direction);
        return GoToHitAsync();
    }

    private async Task GoToHitAsync()
    {
        if (Search.Current is { } hit && !await ReachAsync(hit)) return;
        GoToHit();
        ShrinkNow();
    }

    /// <summary>Sees to it that a hit is in the range that the reader is in: what came live is at the end, wherever they are.</summary>
    private async Task<bool> ReachAsync(TranscriptHit hit)
    {
        var seq = Math.Max(1, hit.Place.Order);
        if (ReadsLog && hit.Place.Band == TranscriptBand.Streaming) Relay(transcript!.Tail);
        else if (ReadsLog && (hit.Item is null || !Range.Has(seq)) && !await ReachAsync(seq)) return false;
        if (hit.GroupId is { } group && ReachInGroup is { } reach) await reach(group, hit.Seq);
        return true;
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Exchanges;

/// <summary>
/// Records the model calls of one run. A conversation grows by a few messages with each call; what was written with an earlier one is neither put into
/// JSON nor written again.
/// </summary>
internal sealed class ExchangeRecorder(ExchangeRecording recording, TimeProvider time)
{
    private readonly ConditionalWeakTable<ChatMessage, KnownMessage> known = [];
    private readonly HashSet<string> stored = new(StringComparer.Ordinal);
    private readonly List<string> pending = [];
    private ExchangeTape? last;

    /// <summary>For a model call that begins now; null where nothing is recorded.</summary>
    public ExchangeTape? Begin() => recording.IsOn ? new ExchangeTape(this, time) : null;

    /// <summary>What is to be written with the step. Never throws: a run does not fail because its recording does.</summary>
    public RecordedExchange? Record(ExchangeTape tape, string model, TapeEnd end)
    {
        if (tape.Sent is not { } sent) return null;
        try
        {
            (last, var room) = (tape, new ExchangeRoom(recording.MaxBytes));
            pending.Clear();
            var parts = new List<RecordedPart>();
            var tools = ExchangeTexts.ToolsOf(sent.Options) is { Count: > 0 } offered ? Add(recording.PartOf(offered, room), parts) : null;
            var messages = new List<string>(sent.Messages.Count);
            foreach (var message in sent.Messages) messages.Add(DigestOf(message, room, parts));
            var request = recording.Pack(new StoredRequest(model, ExchangeTexts.SettingsOf(sent.Options), tools, messages));
            return new RecordedExchange(request, recording.PackAnswer(tape, end, room), parts);
        }
#pragma warning disable CA1031 // Whatever a provider's library puts into its messages: the answer is worth more than the record of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            recording.NoteFailure(exception);
            return null;
        }
    }

    public void MarkStored(ExchangeTape tape)
    {
        if (tape != last) return;
        stored.UnionWith(pending);
        pending.Clear();

        // A run may wait for days behind this: nobody needs what it said any more.
        last = null;
    }

    private string DigestOf(ChatMessage message, ExchangeRoom room, List<RecordedPart> parts)
    {
        if (known.TryGetValue(message, out var seen) && seen.Contents == message.Contents.Count && stored.Contains(seen.Digest)) return seen.Digest;
        var digest = Add(recording.PartOf(message, room), parts);
        known.AddOrUpdate(message, new KnownMessage(digest, message.Contents.Count));
        return digest;
    }

    private string Add(RecordedPart part, List<RecordedPart> parts)
    {
        var digest = Convert.ToHexStringLower(part.Digest);
        if (stored.Contains(digest) || pending.Contains(digest)) return digest;
        pending.Add(digest);
        parts.Add(part);
        return digest;
    }

    private sealed record KnownMessage(string Digest, int Contents);
}

/// <summary>How much one call may still add.</summary>
internal sealed class ExchangeRoom(int bytes)
{
    public int Left { get; private set; } = bytes;

    /// <summary>False where there is not enough; then nothing is taken.</summary>
    public bool TryTake(int wanted)
    {
        if (wanted > Left) return false;
        Left -= wanted;
        return true;
    }
}

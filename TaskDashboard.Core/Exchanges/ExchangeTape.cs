using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Exchanges;

/// <summary>
/// What comes back of one model call, noted piece by piece: when it came and how long it was. The words themselves are gathered by whoever shows them
/// and are not kept twice; nothing is turned into JSON before the end. Used by one thread at a time.
/// </summary>
internal sealed class ExchangeTape(ExchangeRecorder recorder, TimeProvider time)
{
    private readonly long began = time.GetTimestamp();
    private readonly List<Beat> beats = [];
    private readonly List<object> contents = [];

    /// <summary>What was sent; null until the call is made.</summary>
    public (IReadOnlyList<ChatMessage> Messages, ChatOptions Options)? Sent { get; private set; }

    public IReadOnlyList<Beat> Beats => beats;

    /// <summary>What the beats that are no text stand for, in their order.</summary>
    public IReadOnlyList<object> Contents => contents;

    /// <summary>How the provider failed, if it did.</summary>
    public Providers.ProviderException? Failure { get; set; }

    /// <summary>The call is made. The list may grow afterwards; its messages stay as they are.</summary>
    public void Send(IReadOnlyList<ChatMessage> messages, ChatOptions options) => Sent = ([.. messages], options);

    public void Text(int length) => beats.Add(new Beat(Now, length, BeatKind.Text));

    public void Thought(int length) => beats.Add(new Beat(Now, length, BeatKind.Thought));

    /// <summary>A call, a usage, what a provider wants to see again, or the reason of the end.</summary>
    public void Other(object content)
    {
        beats.Add(new Beat(Now, 0, BeatKind.Other));
        contents.Add(content);
    }

    /// <summary>The exchange, to be written with its step; null where nothing was sent, or nothing is recorded.</summary>
    public RecordedExchange? Finish(string model, TapeEnd end) => recorder.Record(this, model, end);

    /// <summary>The step is on disk, and with it what the exchange brought along.</summary>
    public void Close() => recorder.MarkStored(this);

    private int Now => (int)Math.Min(int.MaxValue, time.GetElapsedTime(began).TotalMilliseconds);
}

/// <summary>One piece.</summary>
/// <param name="AtMs">Since the call began.</param>
/// <param name="Length">Of a text, in UTF-16 units.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct Beat(int AtMs, int Length, BeatKind Kind);

/// <summary>What a piece is.</summary>
internal enum BeatKind : byte
{
    Text,
    Thought,
    Other,
}

/// <summary>What is known at the end of a call.</summary>
/// <param name="Text">All that it said.</param>
/// <param name="Thought">All that it thought.</param>
/// <param name="Ended">It came to its own end.</param>
/// <param name="Error">Why it did not.</param>
internal sealed record TapeEnd(string? Text, string? Thought, bool Ended, ExchangeError? Error);

using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Durability.Ledgers;

/// <summary>
/// What a client knows about one task that it asked for: what it sent, and what of that was acknowledged. Written by the one story that the
/// task is in, and read when that is over.
/// </summary>
internal sealed class TaskAccount(int number, string kind, string message)
{
    private readonly List<SentMessage> messages = [];
    private readonly List<SentVerb> verbs = [];

    /// <summary>Unique in the ledger.</summary>
    public int Number { get; } = number;

    /// <summary>What the story is about, for the message of a test that failed.</summary>
    public string Kind { get; } = kind;

    /// <summary>The body of its create.</summary>
    public Dictionary<string, object?> Body { get; } = new() { ["message"] = message, ["allow_duplicates"] = true };

    public string Message => (string)Body["message"]!;

    /// <summary>Sent along with the create, so that a client that got no answer can ask again.</summary>
    public string IdempotencyKey { get; } = $"key-{number}-{Guid.NewGuid():N}";

    /// <summary>Null until the create was acknowledged.</summary>
    public string? Id { get; set; }

    /// <summary>It may fail, because it was given too little time.</summary>
    public bool MayTimeOut { get; init; }

    /// <summary>Every message that it was sent is to be answered with its own words.</summary>
    public bool AnswersEachMessage { get; init; }

    /// <summary>Words that its tool calls leave behind, each by one call, in <c>effects.txt</c> of its work dir.</summary>
    public IReadOnlyList<string> Effects { get; init; } = [];

    public TaskViewer? Viewer { get; set; }

    public IReadOnlyList<SentMessage> Messages => messages;

    public bool DeleteSent => verbs.Exists(verb => verb.Name == "delete");

    public bool DeleteAcknowledged => verbs.Exists(verb => verb is { Name: "delete", Acknowledged: true });

    public bool CancelAcknowledged => verbs.Exists(verb => verb is { Name: "cancel", Acknowledged: true });

    public SentMessage Add(string text, string mode)
    {
        var sent = new SentMessage(text, mode, $"client-{Number}-{messages.Count}");
        messages.Add(sent);
        return sent;
    }

    public SentVerb Add(string name)
    {
        var sent = new SentVerb(name, messages.Count);
        verbs.Add(sent);
        return sent;
    }

    /// <summary>Where it may stand once nothing moves any more.</summary>
    public IReadOnlyList<AgentTaskStatus> PossibleEnds()
    {
        List<AgentTaskStatus> ends = MayTimeOut ? [AgentTaskStatus.Completed, AgentTaskStatus.Failed] : [AgentTaskStatus.Completed];
        // A delete cancels first, and may have come no further than that.
        if (DeleteSent) return [.. ends, AgentTaskStatus.Cancelled];
        var cancel = verbs.FindLastIndex(verb => verb.Name == "cancel" && !verb.Refused);
        if (cancel < 0) return ends;

        // A cancel without an answer may have come or not. Behind one that was accepted only a continue opens a new run; a message may also
        // have reached the run that was still stopping, and waits there.
        if (!verbs[cancel].Acknowledged) return [.. ends, AgentTaskStatus.Cancelled];
        var retried = verbs.Skip(cancel + 1).Any(verb => verb.Name == "retry" && !verb.Refused);
        var spokenTo = messages.Skip(verbs[cancel].MessagesBefore).Any(message => !message.Refused);
        return retried || spokenTo ? [.. ends, AgentTaskStatus.Cancelled] : [AgentTaskStatus.Cancelled];
    }

    public override string ToString() =>
        $"{Kind} #{Number} {Id ?? "(create not acknowledged)"} \"{Message}\" messages: [{string.Join(", ", messages)}] verbs: [{string.Join(", ", verbs)}]";
}

/// <summary>A message, and its receipt.</summary>
internal sealed record SentMessage(string Text, string Mode, string ClientMessageId)
{
    /// <summary>From the receipt; null while there is none.</summary>
    public string? MessageId { get; set; }

    public bool Refused { get; set; }
}

/// <summary>Something else that was asked for.</summary>
/// <param name="Name">Cancel, retry, delete, pause or resume.</param>
/// <param name="MessagesBefore">How many messages had been sent before it.</param>
internal sealed record SentVerb(string Name, int MessagesBefore)
{
    public bool Acknowledged { get; set; }

    public bool Refused { get; set; }
}

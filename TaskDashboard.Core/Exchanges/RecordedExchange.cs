namespace TaskDashboard.Core.Exchanges;

/// <summary>An exchange as it is written: compressed, with the parts that this run has not written before.</summary>
/// <param name="Request">What was sent, by the digests of its parts.</param>
/// <param name="Response">What came back.</param>
/// <param name="Parts">Messages and lists of tools; another run of the task may have written them already.</param>
internal sealed record RecordedExchange(byte[] Request, byte[] Response, IReadOnlyList<RecordedPart> Parts);

/// <summary>A message or a list of tools.</summary>
/// <param name="Digest">Of what it says, before it is compressed.</param>
/// <param name="Content">Compressed.</param>
internal sealed record RecordedPart(byte[] Digest, byte[] Content);

/// <summary>What was sent, as it is stored.</summary>
internal sealed record StoredRequest(string Model, ExchangeSettings? Settings, string? Tools, IReadOnlyList<string> Messages);

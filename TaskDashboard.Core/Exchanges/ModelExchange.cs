using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Exchanges;

/// <summary>What one model call sent, and what came back; without the secrets that the program knows.</summary>
public sealed record ModelExchange
{
    public required string StepId { get; init; }

    public required string RunId { get; init; }

    public required string TaskId { get; init; }

    /// <summary><c>provider/model</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Settings of the call that were not the model's own; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ExchangeSettings? Settings { get; init; }

    /// <summary>The tools that the model was offered.</summary>
    public IReadOnlyList<ExchangeTool> Tools { get; init; } = [];

    /// <summary>The conversation, oldest first.</summary>
    public IReadOnlyList<ExchangeMessage> Messages { get; init; } = [];

    public required ExchangeAnswer Response { get; init; }
}

/// <summary>Settings of a model call; null is what the provider does by itself.</summary>
public sealed record ExchangeSettings
{
    public int? MaxOutputTokens { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public int? TopK { get; init; }

    public long? Seed { get; init; }

    public string? Reasoning { get; init; }
}

/// <summary>A tool as a model is told of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does; null where that was cut.</param>
/// <param name="Parameters">Its arguments as a JSON schema; null where that was cut.</param>
public sealed record ExchangeTool(string Name, string? Description, JsonElement? Parameters);

/// <summary>One message of a call.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Contents">What it holds, in order.</param>
public sealed record ExchangeMessage(string Role, IReadOnlyList<ExchangeContent> Contents)
{
    /// <summary>SHA-256 in hex of the whole message as it is kept: two calls that sent the same have the same.</summary>
    public string? Digest { get; init; }

    /// <summary>How many bytes it had, where it was too long to be kept; null where it is whole.</summary>
    public long? CutFrom { get; init; }
}

/// <summary>A piece of a message. What it is says which of its values are there.</summary>
/// <param name="Type"><c>text</c>, <c>thought</c>, <c>call</c>, <c>result</c>, <c>file</c>, or <c>other</c> for what nobody foresaw.</param>
public sealed record ExchangeContent(string Type)
{
    public string? Text { get; init; }

    /// <summary>What a provider wants to see again with a thought.</summary>
    public string? ProtectedData { get; init; }

    /// <summary>Of a call and of its result.</summary>
    public string? CallId { get; init; }

    /// <summary>The tool, or the file.</summary>
    public string? Name { get; init; }

    /// <summary>Of a call.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>Of an attached file, the content of which is not kept a second time.</summary>
    public string? FileId { get; init; }

    public string? MediaType { get; init; }

    /// <summary>SHA-256 in hex of what was sent of a file.</summary>
    public string? Digest { get; init; }

    /// <summary>How much was sent of a file, in bytes.</summary>
    public long? Size { get; init; }
}

/// <summary>What came back, piece by piece.</summary>
public sealed record ExchangeAnswer
{
    /// <summary>The pieces in the order in which they came.</summary>
    public IReadOnlyList<ExchangeUpdate> Updates { get; init; } = [];

    /// <summary>Whether it came to its own end. False for one that failed, was stopped or interrupted.</summary>
    public bool Ended { get; init; }

    /// <summary>Why it ended before that; null where it did not, or where somebody stopped it.</summary>
    public ExchangeError? Error { get; init; }

    /// <summary>Its beginning is kept, and no more.</summary>
    public bool Cut { get; init; }

    /// <summary>Something in the text was taken out; it is one piece then, at the time of its first one.</summary>
    public bool Redacted { get; init; }

    /// <summary>All of the text, put together.</summary>
    public string? Text => Joined(update => update.Text);

    /// <summary>All of the thought, put together.</summary>
    public string? Thought => Joined(update => update.Thought);

    private string? Joined(Func<ExchangeUpdate, string?> piece) => string.Concat(Updates.Select(piece)) is { Length: > 0 } text ? text : null;
}

/// <summary>How a call failed.</summary>
/// <param name="Code">One of the codes of <see cref="Providers.ProviderException"/>; null for what is not the provider's.</param>
/// <param name="Text">What happened.</param>
/// <param name="Retryable">The same call may well succeed later.</param>
public sealed record ExchangeError(string? Code, string Text, bool Retryable);

/// <summary>A piece of an answer: one of its values is there.</summary>
/// <param name="AtMs">When it came, in milliseconds since the call began.</param>
public sealed record ExchangeUpdate(long AtMs)
{
    public string? Text { get; init; }

    public string? Thought { get; init; }

    /// <summary>What the provider wants to see again with the thought.</summary>
    public string? ProtectedData { get; init; }

    public ExchangeCall? Call { get; init; }

    public ExchangeUsage? Usage { get; init; }

    /// <summary>Why the model ended, in the provider's word.</summary>
    public string? Finish { get; init; }
}

/// <summary>A tool call that a model asks for.</summary>
public sealed record ExchangeCall(string Id, string Name, JsonElement Arguments);

/// <summary>Tokens as the provider counts them.</summary>
public sealed record ExchangeUsage(long? Input, long? Output, long? Cached);

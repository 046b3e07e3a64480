using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Mcp;

/// <summary>What the servers of agents offer, how they stand, and what people take from them. Safe for threads.</summary>
public interface IMcpCatalog
{
    /// <summary>A server of this agent stands otherwise than before, offers something else, or has a new line in its log. Raised on any thread, often several times in a row.</summary>
    event Action<string>? Changed;

    /// <summary>The servers of an agent, in its order. Opens nothing: of one that nobody has needed yet it is not known what it offers.</summary>
    /// <param name="agentId">The agent; one that there is not has no servers.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<McpServerStatus>> ReadAsync(string agentId, CancellationToken cancellationToken = default);

    /// <summary>Sees to it that the servers of an agent are connected or soon will be; <see cref="Changed"/> tells when.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="patience">How long to wait until each of them answers or has failed; zero waits for nothing.</param>
    /// <param name="cancellationToken">Ends the wait; what was begun goes on.</param>
    Task ConnectAsync(string agentId, TimeSpan patience, CancellationToken cancellationToken = default);

    /// <summary>Ends the connection to a server, and makes it anew at once.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>; or <c>mcp_disabled</c> where the definition says not to use it.</exception>
    Task RestartAsync(string agentId, string server, CancellationToken cancellationToken = default);

    /// <summary>The newest lines about a server, oldest first, at most 200.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<IReadOnlyList<McpLogLine>> ReadLogAsync(string agentId, string server, CancellationToken cancellationToken = default);

    /// <summary>Has a prompt filled in.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="server">The server; null for the first that has such a prompt.</param>
    /// <param name="prompt">The prompt's name.</param>
    /// <param name="arguments">Its arguments by name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text of its messages.</returns>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>mcp_unavailable</c>, or <c>mcp_refused</c> with the server's own words.</exception>
    Task<string> FillPromptAsync(string agentId, string? server, string prompt, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken = default);

    /// <summary>Reads a resource, of at most a megabyte.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="server">The server; null for the first that lists such a resource.</param>
    /// <param name="address">The resource's URI.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>mcp_unavailable</c>, <c>mcp_refused</c>, <c>too_large</c>, or <c>mcp_binary</c> for what is neither text nor an image.</exception>
    Task<McpResourceContent> ReadResourceAsync(string agentId, string? server, string address, CancellationToken cancellationToken = default);
}

/// <summary>How one server of an agent stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Transport">How it is reached.</param>
/// <param name="State">Which way it stands.</param>
public sealed record McpServerStatus(string Name, McpTransport Transport, McpServerState State)
{
    /// <summary>Why it failed, in words; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>When a failed one is tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The tools that the agent gets of it, as far as they are known.</summary>
    public IReadOnlyList<McpToolDescription> Tools { get; init; } = [];

    public IReadOnlyList<McpResourceDescription> Resources { get; init; } = [];

    public IReadOnlyList<McpPromptDescription> Prompts { get; init; } = [];
}

/// <summary>A tool of a server.</summary>
/// <param name="Name">As the server calls it.</param>
/// <param name="Description">What it does.</param>
/// <param name="Risk">What it can do at worst.</param>
public sealed record McpToolDescription(string Name, string Description, ToolRisk Risk);

/// <summary>A resource that a server lists.</summary>
/// <param name="Uri">Its address.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is; null where the server does not say.</param>
/// <param name="MimeType">Its type; null where the server does not say.</param>
public sealed record McpResourceDescription(string Uri, string Name, string? Description, string? MimeType);

/// <summary>A prompt that a server offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for; null where the server does not say.</param>
/// <param name="Arguments">What it wants to be told.</param>
public sealed record McpPromptDescription(string Name, string? Description, IReadOnlyList<McpPromptArgument> Arguments);

/// <summary>An argument of a prompt: one line of text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is; null where the server does not say.</param>
/// <param name="Required">Whether the prompt makes no sense without.</param>
public sealed record McpPromptArgument(string Name, string? Description, bool Required);

/// <summary>What a resource holds: text, or an image.</summary>
/// <param name="Uri">Its address.</param>
/// <param name="MimeType">Its type; null where the server does not say.</param>
/// <param name="Text">The text; null for an image.</param>
/// <param name="Image">The image's bytes, as base64; null for text.</param>
public sealed record McpResourceContent(string Uri, string? MimeType, string? Text, string? Image);

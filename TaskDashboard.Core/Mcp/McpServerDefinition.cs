using System.Text.Json.Serialization;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Mcp;

/// <summary>A server of the Model Context Protocol that an agent may use: how to reach it, and what of it the agent gets.</summary>
/// <remarks>The values of <see cref="Environment"/> and <see cref="Headers"/> are secrets: they are shown nowhere (<see cref="McpSecrets"/>).</remarks>
public sealed record McpServerDefinition
{
    /// <summary>The default of <see cref="TimeoutS"/>.</summary>
    public const int DefaultTimeoutS = 60;

    /// <summary>1 to 32 of a-z, 0-9, _ and -; unique in the agent. The names of its tools begin with it.</summary>
    public required string Name { get; init; }

    public McpTransport Transport { get; init; }

    /// <summary>For stdio: the program; looked for in the path.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Command { get; init; }

    /// <summary>For stdio: the program's arguments, each as it is. Shown as they are: a secret belongs into <see cref="Environment"/>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>For stdio: variables of the program, beside the few that every child process gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = Nothing;

    /// <summary>For http: the address of the server's endpoint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Url { get; init; }

    /// <summary>For http: sent with every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = Nothing;

    /// <summary>False: it is neither started nor asked. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The tools that the agent gets, by the server's own names; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>Longest time of one call in seconds, 1 to 600. Time in which a person is asked does not count. Default 60.</summary>
    public int TimeoutS { get; init; } = DefaultTimeoutS;

    /// <summary>What its tools can do at worst, whatever the server says of them; null to believe the server.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ToolRisk? Risk { get; init; }

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    /// <summary>Whether a connection that was made for the other one is as good as one made for this.</summary>
    internal bool ConnectsLike(McpServerDefinition other) =>
        (Name, Transport, Command, Url, Enabled) == (other.Name, other.Transport, other.Command, other.Url, other.Enabled)
        && Arguments.SequenceEqual(other.Arguments)
        && Same(Environment, other.Environment)
        && Same(Headers, other.Headers);

    private static bool Same(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out var value) && value == entry.Value);
}

/// <summary>Ways to reach a server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpTransport>))]
public enum McpTransport
{
    /// <summary>A program that is started here, spoken to over its input and output.</summary>
    [JsonStringEnumMemberName("stdio")] Stdio,

    /// <summary>An address, spoken to with streamable HTTP.</summary>
    [JsonStringEnumMemberName("http")] Http,
}

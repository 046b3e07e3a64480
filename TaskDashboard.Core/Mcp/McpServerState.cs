using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Mcp;

/// <summary>How the connection to a server stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpServerState>))]
public enum McpServerState
{
    /// <summary>There is none, because nobody has needed it; the next run opens it.</summary>
    [JsonStringEnumMemberName("idle")] Idle,

    /// <summary>It is being made.</summary>
    [JsonStringEnumMemberName("connecting")] Connecting,

    /// <summary>The server answers.</summary>
    [JsonStringEnumMemberName("ready")] Ready,

    /// <summary>It could not be made or was lost; it is tried again by itself.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The definition says not to use it.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled,
}

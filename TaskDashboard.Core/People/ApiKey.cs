using System.Text.Json.Serialization;

namespace TaskDashboard.Core.People;

/// <summary>What a program may be let in with in a person's name. The key itself is shown once and kept nowhere.</summary>
public sealed record ApiKey
{
    public required string Id { get; init; }

    [JsonIgnore] public string UserId { get; init; } = "";

    /// <summary>For people; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The beginning of the key, by which people tell their keys apart.</summary>
    public required string Prefix { get; init; }

    public ApiScope Scope { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>About when it was last used, to the minute; null before.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The most that its holder may do, whatever its person may.</summary>
    [JsonIgnore]
    public PersonRole Role => Scope switch
    {
        ApiScope.Read => PersonRole.Viewer,
        ApiScope.Run => PersonRole.Member,
        ApiScope.Admin => PersonRole.Owner,
        _ => throw new InvalidOperationException($"A key cannot have the scope {Scope}."),
    };
}

/// <summary>How far a key reaches.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiScope>))]
public enum ApiScope
{
    /// <summary>Looks, and changes nothing.</summary>
    [JsonStringEnumMemberName("read")] Read,

    /// <summary>Gives tasks, and does what can be done with them.</summary>
    [JsonStringEnumMemberName("run")] Run,

    /// <summary>Everything that its person may do.</summary>
    [JsonStringEnumMemberName("admin")] Admin,
}

using System.Text.Json.Serialization;

namespace TaskDashboard.Core.People;

/// <summary>What a person may do. Each may do what those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PersonRole>))]
public enum PersonRole
{
    /// <summary>Looks at what others share with them, and changes nothing.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer,

    /// <summary>Gives agents tasks, and does with what is theirs whatever can be done with it.</summary>
    [JsonStringEnumMemberName("member")] Member,

    /// <summary>Sets up agents, servers, notifications and people. What others keep private stays private to them, too.</summary>
    [JsonStringEnumMemberName("owner")] Owner,
}

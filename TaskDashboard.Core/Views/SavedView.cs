using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Views;

/// <summary>What a person calls a list of tasks that they come back to.</summary>
public sealed record SavedView
{
    public required string Id { get; init; }

    /// <summary>What people call it; no two views of a person have the same name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Filters, order and groups as the address of the Tasks page has them behind its question mark, such as <c>status=failed&amp;group=agent</c>; empty
    /// for the whole list. What it names may be gone by now.
    /// </summary>
    public string Query { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whose it is.</summary>
    [JsonIgnore]
    public string PersonId { get; init; } = "";
}

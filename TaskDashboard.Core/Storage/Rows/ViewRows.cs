namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>saved_views</c>: what a person calls a list of tasks that they come back to.</summary>
internal sealed class SavedViewRow
{
    public string Id { get; set; } = "";
    public string PersonId { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>The list as its address says it.</summary>
    public string Query { get; set; } = "";
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }
}

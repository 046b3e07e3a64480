namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>templates</c>: which version is the present one. The versions themselves never change.</summary>
internal sealed class TemplateRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public int Version { get; set; }
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }
}

/// <summary>A row of <c>template_versions</c>.</summary>
internal sealed class TemplateVersionRow
{
    public string TemplateId { get; set; } = "";
    public int Version { get; set; }
    public string Definition { get; set; } = "";
    public long CreatedAt { get; set; }
}

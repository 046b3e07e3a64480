namespace TaskDashboard.Core.Tools.Files;

/// <summary>The tools that read and change files in the work folder, and nowhere else.</summary>
internal sealed class FileToolSource : IToolSource
{
    private static readonly ToolPrototype[] Prototypes =
    [
        ListFilesTool.Prototype, ReadFileTool.Prototype, SearchFilesTool.Prototype,
        WriteFileTool.Prototype, EditFileTool.Prototype, CountTextTool.Prototype,
    ];

    public IReadOnlyList<string> Names { get; } = [.. Prototypes.Select(prototype => prototype.Name)];

    public IEnumerable<AgentTool> Create(ToolContext context)
    {
        var directory = new WorkDirectory(context);
        return Array.ConvertAll(Prototypes, prototype => prototype.Bind(directory));
    }
}

namespace TaskDashboard.Core.Tools.Files;

/// <summary>The tools that read and change files in the work folder, and nowhere else.</summary>
internal sealed class FileToolSource : IToolSource
{
    private readonly ToolPrototype[] prototypes;

    /// <param name="ripgrep">Makes searches of large folders quick; they work without it.</param>
    public FileToolSource(Ripgrep? ripgrep = null)
    {
        prototypes =
        [
            ListFilesTool.Prototype, FindFilesTool.Prototype, ReadFileTool.Prototype, new SearchFilesTool(ripgrep).Prototype,
            WriteFileTool.Prototype, EditFileTool.Prototype, MultiEditFileTool.Prototype, CountTextTool.Prototype,
        ];
        Names = [.. prototypes.Select(prototype => prototype.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<AgentTool> Create(ToolContext context)
    {
        var directory = new WorkDirectory(context);
        return Array.ConvertAll(prototypes, prototype => prototype.Bind(directory, context));
    }
}

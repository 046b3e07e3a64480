using System.ComponentModel;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Attachments;

/// <summary><c>read_attachment</c>, for runs of which the session has attachments; nothing for all others.</summary>
internal sealed class AttachmentToolSource : IRunToolSource
{
    public const string ToolName = "read_attachment";

    private readonly AttachmentStore store;
    private readonly ToolPrototype prototype;

    public AttachmentToolSource(AttachmentStore store)
    {
        this.store = store;
        prototype = new ToolPrototype(
            ReadAsync, ToolName,
            "Reads a text file that the user attached to a message. With start_line or end_line it reads those lines only, each with its number and a tab before it. At most 64 KB at a time.",
            ToolRisk.Read, arguments => $"Read attached {ToolTitle.Text(arguments, "name")}");
    }

    public async ValueTask<RunTools> CreateAsync(AgentDefinition agent, AgentTask task, ToolContext context, CancellationToken cancellationToken)
    {
        var files = await store.ListReadAsync(task.Id, cancellationToken);
        return files.Count == 0 ? RunTools.None : new RunTools([prototype.Bind(new WorkDirectory(context.WorkDir), context)], "");
    }

    private async Task<string> ReadAsync(
        ToolContext context,
        [Description("Name of the attached file, or its id where several have the same name.")] string name,
        [Description("First line to read, from 1.")] int? start_line = null,
        [Description("Last line to read.")] int? end_line = null,
        CancellationToken cancellationToken = default)
    {
        // Read anew by each call: a message that came in meanwhile may have brought more.
        var files = await store.ListReadAsync(context.TaskId, cancellationToken);
        var file = files.LastOrDefault(one => one.Id == name || one.Name == name)
            ?? files.LastOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ToolException($"No file \"{name}\" is attached. Attached are: {string.Join(", ", files.Select(one => Shown(one, files)))}.");
        if (file.IsImage) throw new ToolException($"\"{file.Name}\" is an image ({file.MediaType}, {ByteSize.Text(file.Size)}), so it cannot be read as text.");
        var stream = store.TryOpen(file.Id) ?? throw new ToolException($"The content of \"{file.Name}\" is gone from the disk.");
        using var text = TextFile.Of(stream);
        return ReadFileTool.ReadOpen(text, file.Name, start_line, end_line, cancellationToken);
    }

    /// <summary>By its name, where that says which one it is.</summary>
    private static string Shown(AttachedFile file, IReadOnlyList<AttachedFile> files) =>
        files.Count(one => one.Name == file.Name) > 1 ? $"{file.Name} ({file.Id})" : file.Name;
}

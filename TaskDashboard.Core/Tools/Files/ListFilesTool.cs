using System.ComponentModel;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>list_files</c>: names and sizes, one a line.</summary>
internal static class ListFilesTool
{
    internal const int MaxEntries = 1_000;

    public static ToolPrototype Prototype { get; } = new(List, "list_files",
        "Lists what is in a folder: files with their size, folders with a slash at the end.",
        ToolRisk.Read, arguments => $"List {ToolTitle.Optional(arguments, "path") ?? "."}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string List(
        WorkDirectory directory,
        [Description("The folder, relative to the work folder.")] string path = ".",
        [Description("Whether to list the folders below it too. Folders such as .git, bin, obj and node_modules are named, not entered.")] bool recursive = false,
        CancellationToken cancellationToken = default)
    {
        var folder = directory.Resolve(path);
        if (folder.IsFile) return Line(new FileInfo(folder.Full), folder.Shown);
        if (!folder.IsFolder) throw new ToolException($"There is no folder \"{folder.Shown}\". list_files with the path \".\" shows what there is.");
        var text = new StringBuilder();
        var listed = 0;
        foreach (var entry in recursive ? FolderWalk.Below(folder.Full) : FolderWalk.Entries(folder.Full))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!directory.Reaches(directory.Inside(entry.FullName))) continue;
            if (listed++ == MaxEntries)
            {
                text.Append("[Only the first ").Append(MaxEntries).Append(" entries are listed. Give a folder further down, or use search_files.]\n");
                break;
            }

            text.Append(Line(entry, Path.GetRelativePath(folder.Full, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'))).Append('\n');
        }

        return listed == 0 ? $"The folder \"{folder.Shown}\" is empty." : text.ToString(0, text.Length - 1);
    }

    private static string Line(FileSystemInfo entry, string name)
    {
        if (FolderWalk.IsLink(entry)) return $"{name} (link to {entry.LinkTarget})";
        return entry is FileInfo file ? $"{name} ({ByteSize.Text(file.Length)})" : name + "/";
    }
}

using System.ComponentModel;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// <c>edit_file</c>: replaces text in a file that must be there exactly once, or all of its occurrences when that is asked for.
/// The encoding, the byte order mark and the line ends of everything else stay as they are.
/// </summary>
internal static class EditFileTool
{
    public static ToolPrototype Prototype { get; } = new(Edit, "edit_file",
        "Replaces text in a file and returns what changed as a diff. old_text must be exactly as in the file, indentation included, and occur once: give enough lines around it to make it unique.",
        ToolRisk.Write, arguments => $"Edit {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Edit(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        [Description("The text to replace, exactly as in the file.")] string old_text,
        [Description("What to put in its place; empty to remove it.")] string new_text,
        [Description("Whether to replace every occurrence instead of the only one.")] bool replace_all = false,
        CancellationToken cancellationToken = default)
    {
        var edit = new TextEdit(old_text, new_text, replace_all);
        edit.Check();
        var resolved = directory.ResolveFile(path);
        lock (AtomicFile.LockFor(resolved))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = EditableFile.Load(directory, resolved);
            var applied = edit.Apply(resolved, file.Text);
            file.Replace(applied.Text);
            var told = applied.Count == 1
                ? $"Edited {resolved.Shown}: 1 replacement, at line {applied.Lines}."
                : $"Edited {resolved.Shown}: {applied.Count} replacements, at lines {applied.Lines}.";
            return FileDiff.Behind(told, file.Text, applied.Text);
        }
    }
}

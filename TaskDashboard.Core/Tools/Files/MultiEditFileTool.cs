using System.ComponentModel;
using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// <c>multi_edit_file</c>: several replacements in one file, each in what the ones before it made, by the rules of <c>edit_file</c>.
/// Either all of them take effect or none.
/// </summary>
internal static class MultiEditFileTool
{
    internal const int MaxEdits = 200;

    public static ToolPrototype Prototype { get; } = new(Edit, "multi_edit_file",
        "Makes several replacements in one file, in order, each in the text that the ones before it left; either all are made or none. Returns what changed as a diff. Each old_text must be exactly as in the file and occur once, as for edit_file.",
        ToolRisk.Write, arguments => $"Edit {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Edit(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        [Description("The replacements, in order.")] RequestedEdit[] edits,
        CancellationToken cancellationToken = default)
    {
        if (edits.Length == 0) throw new ToolException("edits is empty. Give at least one replacement with old_text and new_text.");
        if (edits.Length > MaxEdits) throw new ToolException($"edits has {edits.Length} replacements; at most {MaxEdits} can be made at once.");
        var checkedEdits = new TextEdit[edits.Length];
        for (var index = 0; index < edits.Length; index++) checkedEdits[index] = Checked(edits, index);
        var resolved = directory.ResolveFile(path);
        lock (AtomicFile.LockFor(resolved))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = EditableFile.Load(directory, resolved);
            var text = file.Text;
            var replaced = 0;
            for (var index = 0; index < checkedEdits.Length; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var applied = Apply(checkedEdits, index, resolved, text);
                text = applied.Text;
                replaced += applied.Count;
            }

            if (text == file.Text) throw new ToolException("The edits undo each other: nothing would change.");
            file.Replace(text);
            var told = $"Edited {resolved.Shown}: {edits.Length} {(edits.Length == 1 ? "edit" : "edits")}, {replaced} {(replaced == 1 ? "replacement" : "replacements")}.";
            return FileDiff.Behind(told, file.Text, text);
        }
    }

    private static TextEdit Checked(RequestedEdit?[] edits, int index)
    {
        try
        {
            var edit = new TextEdit(
                edits[index]?.OldText ?? throw new ToolException("it has no old_text."), edits[index]?.NewText ?? throw new ToolException("it has no new_text (give \"\" to remove the old text)."), edits[index]!.ReplaceAll);
            edit.Check();
            return edit;
        }
        catch (ToolException failure)
        {
            throw Failed(index, edits.Length, failure);
        }
    }

    private static AppliedEdit Apply(TextEdit[] edits, int index, WorkPath path, string text)
    {
        try
        {
            return edits[index].Apply(path, text);
        }
        catch (ToolException failure)
        {
            throw Failed(index, edits.Length, failure);
        }
    }

    private static ToolException Failed(int index, int count, ToolException failure) =>
        new($"Edit {index + 1} of {count} cannot be made, so nothing was changed: {failure.Message}", failure);
}

/// <summary>A replacement as the model gives it.</summary>
internal sealed class RequestedEdit
{
    [JsonPropertyName("old_text"), JsonRequired, Description("The text to replace, exactly as in the file.")]
    public string? OldText { get; init; }

    [JsonPropertyName("new_text"), JsonRequired, Description("What to put in its place; empty to remove it.")]
    public string? NewText { get; init; }

    [JsonPropertyName("replace_all"), Description("Whether to replace every occurrence instead of the only one.")]
    public bool ReplaceAll { get; init; }
}

using DiffPlex;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>What is told of a file by its two versions.</summary>
internal static class LineChanges
{
    /// <summary>The change; null when there is none.</summary>
    public static FileChange? Of(string path, FileVersion before, FileVersion after)
    {
        if (!before.Exists && !after.Exists) return null;
        var kind = !before.Exists ? FileChangeKind.Added : !after.Exists ? FileChangeKind.Deleted : FileChangeKind.Modified;
        var change = new FileChange(path, kind) { Binary = before.IsBinary || after.IsBinary, TooLarge = before.IsTooLarge || after.IsTooLarge };
        if (change.Binary || change.TooLarge) return change;
        var (old, @new) = (before.Text ?? "", after.Text ?? "");
        if (kind == FileChangeKind.Modified && old == @new) return null;
        return Count(Plain(old), Plain(@new)) is var (added, removed) && added >= 0 ? change with { Added = added, Removed = removed } : change;
    }

    /// <summary>The diff of two versions; empty where lines are not compared.</summary>
    public static string Diff(FileVersion before, FileVersion after) =>
        before.IsBinary || after.IsBinary || before.IsTooLarge || after.IsTooLarge ? "" : FileDiff.Of(before.Text ?? "", after.Text ?? "");

    /// <summary>-1 where there is too much to compare.</summary>
    private static (int Added, int Removed) Count(string old, string @new)
    {
        var part = DifferingPart.Of(old, @new);
        if (part.IsTooLarge) return (-1, -1);
        if (part.OldLines == 0 || part.NewLines == 0) return (part.NewLines, part.OldLines);
        var blocks = new Differ().CreateCustomDiffs(part.Old, part.New, ignoreWhiteSpace: false, text => text.Split('\n')).DiffBlocks;
        return (blocks.Sum(block => block.InsertCountB), blocks.Sum(block => block.DeleteCountA));
    }

    private static string Plain(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
}

namespace TaskDashboard.Core.Tools;

/// <summary>
/// Replaces a file's content all at once: the new content is written beside it, flushed to the disk and renamed over it. Whoever
/// reads meanwhile, and whoever looks after a crash, sees the old content or the new, never a part.
/// </summary>
internal static class AtomicFile
{
    private static readonly Lock[] Stripes = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    /// <summary>
    /// Hold it from reading a file to replacing it: calls of one step run at the same time, and of two edits of one file the
    /// later must see the earlier. Different files may share one.
    /// </summary>
    public static Lock LockFor(WorkPath path) => Stripes[(uint)string.GetHashCode(path.Full, StringComparison.OrdinalIgnoreCase) % Stripes.Length];

    /// <summary>Makes or replaces a file, with the folders above it. When <paramref name="write"/> throws, nothing has changed.</summary>
    /// <exception cref="ToolException">A folder or a read-only file is in the way.</exception>
    public static void Replace(WorkDirectory directory, WorkPath path, Action<Stream> write)
    {
        if (path.IsFolder) throw new ToolException($"\"{path.Shown}\" is a folder. Give the path of a file.");
        if (path.Full.Split(Path.DirectorySeparatorChar).Contains(".git", StringComparer.OrdinalIgnoreCase))
            throw new ToolException($"\"{path.Shown}\" belongs to git, which runs programs that are named there. Such files are changed by git's own commands.");
        using var folder = OpenedFolder.Of(path);
        var target = folder.At(Path.GetFileName(path.Full));
        var exists = File.Exists(target);
        if (exists && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly)) throw new ToolException($"\"{path.Shown}\" is read-only.");
        var temporary = folder.At($".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                directory.Confirm(stream.SafeFileHandle, path);
                if (exists && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                write(stream);
                // Without it a power cut after the rename can leave an empty file where the old content was.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception failure)
        {
            if (File.Exists(temporary)) File.Delete(temporary);
            if (failure is not (IOException or UnauthorizedAccessException)) throw;
            throw new ToolException($"The file system refused: {folder.Plainly(failure.Message)}", failure);
        }
    }
}

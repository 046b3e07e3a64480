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
        var exists = path.IsFile;
        if (exists && File.GetAttributes(path.Full).HasFlag(FileAttributes.ReadOnly)) throw new ToolException($"\"{path.Shown}\" is read-only.");
        var folder = MakeFolder(path);
        var temporary = Path.Join(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                directory.Confirm(stream.SafeFileHandle, path);
                if (exists && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(path.Full));
                write(stream);
                // Without it a power cut after the rename can leave an empty file where the old content was.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path.Full, overwrite: true);
        }
        catch
        {
            if (File.Exists(temporary)) File.Delete(temporary);
            throw;
        }
    }

    private static string MakeFolder(WorkPath path)
    {
        var folder = Path.GetDirectoryName(path.Full)!;
        if (Directory.Exists(folder)) return folder;
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (IOException failure)
        {
            throw new ToolException($"The folder for \"{path.Shown}\" cannot be made: {failure.Message} If a part of the path is a file, choose another path.", failure);
        }
    }
}

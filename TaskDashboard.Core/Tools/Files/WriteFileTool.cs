using System.ComponentModel;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>write_file</c>: makes or replaces a text file in UTF-8, all at once, with the folders above it.</summary>
internal static class WriteFileTool
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static ToolPrototype Prototype { get; } = new(Write, "write_file",
        "Writes a text file: creates it, with the folders above it, or replaces all of its content. Returns what changed as a diff. To change a part of a file use edit_file.",
        ToolRisk.Write, arguments => $"Write {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Write(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        [Description("The whole content.")] string content,
        CancellationToken cancellationToken = default)
    {
        var resolved = directory.Resolve(path);
        lock (AtomicFile.LockFor(resolved))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = Before(directory, resolved);
            var bytes = Utf8.GetBytes(content);
            AtomicFile.Replace(directory, resolved, stream => stream.Write(bytes));
            var told = $"{(before is null ? "Created" : "Overwrote")} {resolved.Shown} ({ByteSize.Text(bytes.Length)}).";
            return before switch
            {
                null => FileDiff.Behind(told, "", content),
                { Text: { } text } => FileDiff.Behind(told, text, content),
                _ => $"{told}\n\n… {before.NotShown}",
            };
        }
    }

    /// <summary>What the file holds, or why that cannot be compared; null when there is no file.</summary>
    private static Replaced? Before(WorkDirectory directory, WorkPath path)
    {
        if (!path.IsFile) return null;
        try
        {
            using var file = TextFile.TryOpen(directory, path, out var size);
            if (file is null) return new(null, $"what it held before was no text ({ByteSize.Text(size)})");
            if (size > EditableFile.MaxBytes) return new(null, $"what it held before is too large to compare ({ByteSize.Text(size)})");
            var text = new StringBuilder((int)size);
            var buffer = new char[16 * 1024];
            for (int read; (read = file.Read(buffer)) > 0;) text.Append(buffer, 0, read);
            return new(text.ToString(), null);
        }
        catch (UnauthorizedAccessException)
        {
            // To replace a file one needs no right to read it.
            return new(null, "what it held before may not be read");
        }
    }

    private sealed record Replaced(string? Text, string? NotShown);
}

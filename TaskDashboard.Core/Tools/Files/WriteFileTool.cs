using System.ComponentModel;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>write_file</c>: makes or replaces a text file in UTF-8, all at once, with the folders above it.</summary>
internal static class WriteFileTool
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static ToolPrototype Prototype { get; } = new(Write, "write_file",
        "Writes a text file: creates it, with the folders above it, or replaces all of its content. To change a part of a file use edit_file.",
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
            var verb = resolved.IsFile ? "Overwrote" : "Created";
            var bytes = Utf8.GetBytes(content);
            AtomicFile.Replace(directory, resolved, stream => stream.Write(bytes));
            return $"{verb} {resolved.Shown} ({ByteSize.Text(bytes.Length)}).";
        }
    }
}

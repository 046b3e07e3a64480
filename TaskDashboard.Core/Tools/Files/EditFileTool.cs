using System.ComponentModel;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// <c>edit_file</c>: replaces text in a file that must be there exactly once, or all of its occurrences when that is asked for.
/// The encoding, the byte order mark and the line ends of everything else stay as they are.
/// </summary>
internal static class EditFileTool
{
    internal const int MaxBytes = 16 * 1024 * 1024;

    public static ToolPrototype Prototype { get; } = new(Edit, "edit_file",
        "Replaces text in a file. old_text must be exactly as in the file, indentation included, and occur once: give enough lines around it to make it unique.",
        ToolRisk.Write, arguments => $"Edit {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Edit(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        [Description("The text to replace, exactly as in the file.")] string old_text,
        [Description("What to put in its place; empty to remove it.")] string new_text,
        [Description("Whether to replace every occurrence instead of the only one.")] bool replace_all = false,
        CancellationToken cancellationToken = default)
    {
        if (old_text.Length == 0) throw new ToolException("old_text is empty. Give the text to replace, or use write_file to write a whole file.");
        if (old_text == new_text) throw new ToolException("old_text and new_text are the same: nothing would change.");
        var resolved = directory.ResolveFile(path);
        lock (AtomicFile.LockFor(resolved))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (content, encoding) = Load(directory, resolved);
            var text = new LineEndedText(content);
            var found = text.Find(old_text);
            if (found.Count == 0) throw new ToolException(NotFound(resolved, text, old_text));
            if (found.Count > 1 && !replace_all)
                throw new ToolException($"old_text occurs {found.Count} times in \"{resolved.Shown}\" (lines {Lines(text, found)}). Give more of the text around the one you mean, or set replace_all.");
            var bytes = Encode(encoding, text.Replace(found, new_text));
            AtomicFile.Replace(directory, resolved, stream =>
            {
                stream.Write(encoding.Preamble);
                stream.Write(bytes);
            });
            return found.Count == 1
                ? $"Edited {resolved.Shown}: 1 replacement, at line {Lines(text, found)}."
                : $"Edited {resolved.Shown}: {found.Count} replacements, at lines {Lines(text, found)}.";
        }
    }

    private static (string Content, Encoding Encoding) Load(WorkDirectory directory, WorkPath path)
    {
        var size = new FileInfo(path.Full).Length;
        if (size == 0) throw new ToolException($"The file \"{path.Shown}\" is empty: there is nothing to replace. Use write_file.");
        if (size > MaxBytes) throw new ToolException($"\"{path.Shown}\" is too large to edit ({ByteSize.Text(size)}; at most {ByteSize.Text(MaxBytes)}).");
        using var stream = directory.OpenRead(path);
        var bytes = new byte[size];
        var content = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        var detected = TextFile.Detect(content[..Math.Min(content.Length, 8 * 1024)])
            ?? throw new ToolException($"\"{path.Shown}\" is not a text file, so it cannot be edited.");
        var hasMark = content.StartsWith(detected.Preamble);
        var encoding = Exact(detected, hasMark);
        try
        {
            return (encoding.GetString(content[(hasMark ? detected.Preamble.Length : 0)..]), encoding);
        }
        catch (DecoderFallbackException failure)
        {
            throw new ToolException($"\"{path.Shown}\" is not in UTF-8: editing it here would damage it.", failure);
        }
    }

    private static byte[] Encode(Encoding encoding, string text)
    {
        try
        {
            return encoding.GetBytes(text);
        }
        catch (EncoderFallbackException failure)
        {
            throw new ToolException("new_text has a broken character in it (half of a surrogate pair). Give it again without.", failure);
        }
    }

    /// <summary>The same encoding, with or without its mark, that fails on bytes it cannot read rather than replace them.</summary>
    private static Encoding Exact(Encoding detected, bool mark) => detected switch
    {
        UnicodeEncoding => new UnicodeEncoding(bigEndian: detected.CodePage == 1201, byteOrderMark: mark, throwOnInvalidBytes: true),
        UTF32Encoding => new UTF32Encoding(bigEndian: false, byteOrderMark: mark, throwOnInvalidCharacters: true),
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: mark, throwOnInvalidBytes: true),
    };

    private static string NotFound(WorkPath path, LineEndedText text, string oldText)
    {
        var trimmed = oldText.Trim();
        var hint = trimmed.Length > 0 && trimmed.Length < oldText.Length && text.Find(trimmed).Count > 0
            ? "Without the white space at its ends it does occur: look at the indentation and line ends."
            : "Read the file again and copy the text exactly, without line numbers.";
        return $"old_text occurs 0 times in \"{path.Shown}\". {hint}";
    }

    private static string Lines(LineEndedText text, IReadOnlyList<Range> found) =>
        string.Join(", ", found.Take(10).Select(text.LineOf)) + (found.Count > 10 ? ", …" : "");
}

using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>A text file whole, in its own encoding, so that it can be written back with nothing changed but its text.</summary>
internal sealed class EditableFile
{
    internal const int MaxBytes = 16 * 1024 * 1024;

    private readonly WorkDirectory directory;
    private readonly WorkPath path;
    private readonly Encoding encoding;

    private EditableFile(WorkDirectory directory, WorkPath path, Encoding encoding, string text)
    {
        this.directory = directory;
        this.path = path;
        this.encoding = encoding;
        Text = text;
    }

    /// <summary>As it was read, without the byte order mark.</summary>
    public string Text { get; }

    /// <exception cref="ToolException">It is empty, too large, binary, or in an encoding that writing it back would damage.</exception>
    public static EditableFile Load(WorkDirectory directory, WorkPath path)
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
            return new(directory, path, encoding, encoding.GetString(content[(hasMark ? detected.Preamble.Length : 0)..]));
        }
        catch (DecoderFallbackException failure)
        {
            throw new ToolException($"\"{path.Shown}\" is not in UTF-8: editing it here would damage it.", failure);
        }
    }

    /// <summary>Writes another text in its place, all at once.</summary>
    /// <exception cref="ToolException">The encoding cannot hold the text; nothing has changed then.</exception>
    public void Replace(string text)
    {
        byte[] bytes;
        try
        {
            bytes = encoding.GetBytes(text);
        }
        catch (EncoderFallbackException failure)
        {
            throw new ToolException("new_text has a broken character in it (half of a surrogate pair). Give it again without.", failure);
        }

        AtomicFile.Replace(directory, path, stream =>
        {
            stream.Write(encoding.Preamble);
            stream.Write(bytes);
        });
    }

    /// <summary>The same encoding, with or without its mark, that fails on bytes it cannot read rather than replace them.</summary>
    private static Encoding Exact(Encoding detected, bool mark) => detected switch
    {
        UnicodeEncoding => new UnicodeEncoding(bigEndian: detected.CodePage == 1201, byteOrderMark: mark, throwOnInvalidBytes: true),
        UTF32Encoding => new UTF32Encoding(bigEndian: false, byteOrderMark: mark, throwOnInvalidCharacters: true),
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: mark, throwOnInvalidBytes: true),
    };
}
